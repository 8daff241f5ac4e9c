// HashMap: the entry API, retain, extract_if, own hashers and keys; printed in sorted order.
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hash, Hasher};

#[derive(Default)]
struct Fnv(u64);
impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    Unit,
    Pair(i32, String),
    Named { list: Vec<u8> },
}

fn sorted<K: Ord + Clone, V: Clone, S>(map: &HashMap<K, V, S>) -> Vec<(K, V)> {
    let mut all: Vec<_> = map.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn main() {
    let mut map: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, word) in "a rose is a rose is a rose".split(' ').enumerate() {
        map.entry(word.to_owned()).or_default().push(i);
    }
    println!("{:?}", sorted(&map));
    map.entry("is".into())
        .and_modify(|v| v.clear())
        .or_insert_with(|| vec![9]);
    map.entry("new".into())
        .and_modify(|v| v.clear())
        .or_insert_with_key(|k| vec![k.len()]);
    match map.entry("rose".into()) {
        Entry::Occupied(mut e) => println!("{:?} {:?}", e.insert(vec![]), e.remove_entry()),
        Entry::Vacant(_) => unreachable!(),
    }
    println!("{:?} {:?}", sorted(&map), map.get("a").map(Vec::len));
    println!(
        "{:?} {:?}",
        map.insert("a".into(), vec![]),
        map.remove("gone")
    );

    let mut squares: HashMap<u32, u32> = (0..1000).map(|n| (n, n * n)).collect();
    squares.retain(|k, _| k % 7 == 0);
    let mut taken: Vec<_> = squares.extract_if(|_, v| *v > 900_000).collect();
    taken.sort();
    println!("{taken:?} {}", squares.len());
    println!("{:?}", squares.get_disjoint_mut([&7, &14, &1]));
    println!(
        "{} {}",
        squares.values().map(|v| u64::from(*v)).sum::<u64>(),
        squares.contains_key(&8)
    );
    squares.shrink_to_fit();
    let mut keys: Vec<u32> = squares.drain().map(|(k, _)| k).collect();
    keys.sort_unstable();
    println!(
        "{:?} {}",
        keys.iter().rev().take(3).collect::<Vec<_>>(),
        squares.is_empty()
    );

    let mut own: HashMap<Key, f32, BuildHasherDefault<Fnv>> = HashMap::default();
    own.extend([
        (Key::Unit, 1.5),
        (Key::Pair(-1, "x".into()), 2.5),
        (Key::Named { list: vec![1, 2] }, 3.5),
    ]);
    *own.get_mut(&Key::Unit).unwrap() += 10.0;
    println!("{:?}", sorted(&own));
    println!("{:?}", own.get(&Key::Pair(-1, String::from("x"))));
    let mut hasher = Fnv::default();
    Key::Pair(1, "é".into()).hash(&mut hasher);
    println!("{:016x}", hasher.finish());
    println!(
        "{}",
        HashMap::from([(1, 2), (3, 4)]) == HashMap::from([(3, 4), (1, 2)])
    );
    println!(
        "{:?}",
        HashMap::from([("k", HashMap::from([("inner", 1)]))])
    );
}
