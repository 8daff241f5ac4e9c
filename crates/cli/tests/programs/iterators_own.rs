// Iterators written by hand: generators of sequences, a tree walked in order, an adaptor, both ends, size hints.
use std::iter::{FusedIterator, Peekable};

struct Fibonacci(u64, u64);
impl Iterator for Fibonacci {
    type Item = u64;
    fn next(&mut self) -> Option<u64> {
        let next = self.0.checked_add(self.1)?;
        Some(std::mem::replace(
            &mut self.0,
            std::mem::replace(&mut self.1, next),
        ))
    }
}

#[derive(Debug)]
struct Tree(Option<Box<(Tree, i32, Tree)>>);
impl Tree {
    fn insert(&mut self, n: i32) {
        match &mut self.0 {
            None => self.0 = Some(Box::new((Tree(None), n, Tree(None)))),
            Some(node) if n < node.1 => node.0.insert(n),
            Some(node) => node.2.insert(n),
        }
    }
    fn iter(&self) -> InOrder<'_> {
        let mut walk = InOrder(Vec::new());
        walk.descend(self);
        walk
    }
}
struct InOrder<'a>(Vec<&'a (Tree, i32, Tree)>);
impl<'a> InOrder<'a> {
    fn descend(&mut self, mut tree: &'a Tree) {
        while let Some(node) = &tree.0 {
            self.0.push(node);
            tree = &node.0;
        }
    }
}
impl<'a> Iterator for InOrder<'a> {
    type Item = &'a i32;
    fn next(&mut self) -> Option<&'a i32> {
        let node = self.0.pop()?;
        self.descend(&node.2);
        Some(&node.1)
    }
}
impl<'a> IntoIterator for &'a Tree {
    type Item = &'a i32;
    type IntoIter = InOrder<'a>;
    fn into_iter(self) -> InOrder<'a> {
        self.iter()
    }
}

struct Merge<A: Iterator, B: Iterator>(Peekable<A>, Peekable<B>);
impl<T: Ord, A: Iterator<Item = T>, B: Iterator<Item = T>> Iterator for Merge<A, B> {
    type Item = T;
    fn next(&mut self) -> Option<T> {
        match (self.0.peek(), self.1.peek()) {
            (Some(a), Some(b)) if a > b => self.1.next(),
            (Some(_), _) => self.0.next(),
            (None, _) => self.1.next(),
        }
    }
}
trait MergeWith: Iterator + Sized {
    fn merge_with<B: Iterator<Item = Self::Item>>(self, other: B) -> Merge<Self, B> {
        Merge(self.peekable(), other.peekable())
    }
}
impl<I: Iterator> MergeWith for I {}

struct Countdown(u32, u32);
impl Iterator for Countdown {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        (self.0 > self.1).then(|| {
            self.0 -= 1;
            self.0
        })
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        let n = (self.0 - self.1) as usize;
        (n, Some(n))
    }
}
impl DoubleEndedIterator for Countdown {
    fn next_back(&mut self) -> Option<u32> {
        (self.0 > self.1).then(|| {
            self.1 += 1;
            self.1 - 1
        })
    }
}
impl ExactSizeIterator for Countdown {}
impl FusedIterator for Countdown {}

fn primes() -> impl Iterator<Item = u32> {
    let mut known: Vec<u32> = Vec::new();
    (2..).filter(move |n| {
        let prime = known
            .iter()
            .take_while(|p| *p * *p <= *n)
            .all(|p| n % p != 0);
        prime.then(|| known.push(*n)).is_some()
    })
}

fn main() {
    println!(
        "{:?} {:?}",
        Fibonacci(0, 1).take(10).collect::<Vec<_>>(),
        Fibonacci(0, 1).last()
    );
    let mut tree = Tree(None);
    [5, 2, 8, 1, 9, 3, 7]
        .into_iter()
        .for_each(|n| tree.insert(n));
    println!(
        "{:?} {}",
        tree.iter().collect::<Vec<_>>(),
        (&tree).into_iter().sum::<i32>()
    );
    println!(
        "{:?}",
        tree.iter()
            .copied()
            .merge_with([0, 4, 6, 6, 10].into_iter())
            .collect::<Vec<_>>()
    );
    let mut countdown = Countdown(7, 0);
    println!(
        "{} {:?} {:?} {:?}",
        countdown.len(),
        countdown.next(),
        countdown.next_back(),
        countdown.rev().collect::<Vec<_>>()
    );
    println!(
        "{:?} {}",
        primes().skip(5).step_by(3).take(6).collect::<Vec<_>>(),
        primes().take_while(|p| *p < 1000).count()
    );
    println!(
        "{:?}",
        std::iter::successors(Some(27u64), |n| (*n != 1).then(|| if n % 2 == 0 {
            n / 2
        } else {
            3 * n + 1
        }))
        .max()
    );
    let mut state = 1u8;
    println!(
        "{:?}",
        std::iter::from_fn(|| {
            state = state.checked_mul(3)?;
            Some(state)
        })
        .collect::<Vec<_>>()
    );
    println!(
        "{:?}",
        std::iter::repeat_with(|| "ab")
            .take(2)
            .chain(std::iter::once("c"))
            .chain(std::iter::empty())
            .collect::<String>()
    );
}
