// An LRU cache on a linked list of indices, a trie with completion, a union-find, a segment tree, an interval map.
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::hash::Hash;
use std::ops::Range;

struct Lru<K, V> {
    slots: Vec<(K, V, usize, usize)>,
    index: HashMap<K, usize>,
    first: usize,
    last: usize,
    capacity: usize,
}
const NONE: usize = usize::MAX;

impl<K: Hash + Eq + Clone + Debug, V> Lru<K, V> {
    fn new(capacity: usize) -> Self {
        Lru {
            slots: Vec::new(),
            index: HashMap::new(),
            first: NONE,
            last: NONE,
            capacity,
        }
    }
    fn unlink(&mut self, at: usize) {
        let (previous, next) = (self.slots[at].2, self.slots[at].3);
        if previous == NONE {
            self.first = next
        } else {
            self.slots[previous].3 = next
        }
        if next == NONE {
            self.last = previous
        } else {
            self.slots[next].2 = previous
        }
    }
    fn front(&mut self, at: usize) {
        (self.slots[at].2, self.slots[at].3) = (NONE, self.first);
        if self.first == NONE {
            self.last = at
        } else {
            self.slots[self.first].2 = at
        }
        self.first = at;
    }
    fn get(&mut self, key: &K) -> Option<&V> {
        let at = *self.index.get(key)?;
        self.unlink(at);
        self.front(at);
        Some(&self.slots[at].1)
    }
    fn put(&mut self, key: K, value: V) -> Option<(K, V)> {
        if let Some(&at) = self.index.get(&key) {
            self.unlink(at);
            self.front(at);
            return Some((key, std::mem::replace(&mut self.slots[at].1, value)));
        }
        let (at, old) = if self.slots.len() < self.capacity {
            self.slots.push((key.clone(), value, NONE, NONE));
            (self.slots.len() - 1, None)
        } else {
            let at = self.last;
            self.unlink(at);
            let old = std::mem::replace(&mut self.slots[at], (key.clone(), value, NONE, NONE));
            self.index.remove(&old.0);
            (at, Some((old.0, old.1)))
        };
        self.index.insert(key, at);
        self.front(at);
        old
    }
    fn keys(&self) -> Vec<&K> {
        std::iter::successors((self.first != NONE).then_some(self.first), |&at| {
            Some(self.slots[at].3).filter(|n| *n != NONE)
        })
        .map(|at| &self.slots[at].0)
        .collect()
    }
}

#[derive(Default)]
struct Trie {
    children: BTreeMap<char, Trie>,
    count: u32,
}
impl Trie {
    fn add(&mut self, word: &str) {
        word.chars()
            .fold(self, |node, c| node.children.entry(c).or_default())
            .count += 1;
    }
    fn complete(&self, prefix: &str) -> Vec<(String, u32)> {
        fn collect(node: &Trie, word: String, out: &mut Vec<(String, u32)>) {
            if node.count > 0 {
                out.push((word.clone(), node.count));
            }
            for (c, child) in &node.children {
                collect(child, format!("{word}{c}"), out);
            }
        }
        let mut out = Vec::new();
        if let Some(node) = prefix
            .chars()
            .try_fold(self, |node, c| node.children.get(&c))
        {
            collect(node, prefix.to_owned(), &mut out);
        }
        out
    }
}

struct Sets(Vec<usize>);
impl Sets {
    fn find(&mut self, n: usize) -> usize {
        if self.0[n] != n {
            self.0[n] = self.find(self.0[n]);
        }
        self.0[n]
    }
    fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a] = b;
        a != b
    }
}

struct Segments<T, F>(Vec<T>, F, T);
impl<T: Copy, F: Fn(T, T) -> T> Segments<T, F> {
    fn new(items: &[T], neutral: T, f: F) -> Self {
        let mut tree = [vec![neutral; items.len()], items.to_vec()].concat();
        (1..items.len())
            .rev()
            .for_each(|i| tree[i] = f(tree[2 * i], tree[2 * i + 1]));
        Segments(tree, f, neutral)
    }
    fn query(&self, range: Range<usize>) -> T {
        let n = self.0.len() / 2;
        let (mut l, mut r, mut left, mut right) = (range.start + n, range.end + n, self.2, self.2);
        while l < r {
            if l % 2 == 1 {
                left = self.1(left, self.0[l]);
                l += 1
            }
            if r % 2 == 1 {
                r -= 1;
                right = self.1(self.0[r], right)
            }
            (l, r) = (l / 2, r / 2);
        }
        self.1(left, right)
    }
}

fn main() {
    let mut cache = Lru::new(3);
    for (key, value) in [("a", 1), ("b", 2), ("c", 3), ("a", 10), ("d", 4)] {
        println!(
            "{key} evicts {:?}, holds {:?}",
            cache.put(key, value),
            cache.keys()
        );
    }
    println!(
        "{:?} {:?} {:?}",
        cache.get(&"b").copied(),
        cache.get(&"c").copied(),
        cache.keys()
    );
    let mut trie = Trie::default();
    "tea ten to inn in tea tree äh älter"
        .split(' ')
        .for_each(|w| trie.add(w));
    println!(
        "{:?} {:?} {:?}",
        trie.complete("te"),
        trie.complete("ä"),
        trie.complete("x")
    );
    let mut sets = Sets((0..20).collect());
    let joined = (0..20).filter(|n| sets.join(*n, n * n % 20)).count();
    println!(
        "{joined} {:?}",
        (0..20)
            .map(|n| sets.find(n))
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    );
    let numbers: Vec<i64> = (0..50).map(|n| n * 37 % 53).collect();
    let (sums, maxima) = (
        Segments::new(&numbers, 0, |a, b| a + b),
        Segments::new(&numbers, i64::MIN, i64::max),
    );
    println!(
        "{} {} {}",
        sums.query(7..31),
        maxima.query(10..20),
        sums.query(5..5)
    );
    println!(
        "{}",
        (0..50).all(|i| (i..=50).all(|j| sums.query(i..j) == numbers[i..j].iter().sum::<i64>()))
    );
}
