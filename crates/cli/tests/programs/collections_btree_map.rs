// BTreeMap with enough keys to split its nodes many times: ranges, entries, cursor-like walks, removal in odd orders.
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

fn main() {
    let mut map = BTreeMap::new();
    let mut n = 1u32;
    for i in 0..2000 {
        n = n.wrapping_mul(2_654_435_761).wrapping_add(i);
        map.insert(n >> 12, i);
    }
    println!(
        "{} {:?} {:?}",
        map.len(),
        map.first_key_value(),
        map.last_key_value()
    );
    println!("{}", map.keys().is_sorted());
    println!("{:?}", map.range(500_000..501_500).collect::<Vec<_>>());
    println!("{:?}", map.range(..=3000).next_back());
    for (_, v) in map.range_mut(..100_000) {
        *v += 1_000_000;
    }
    println!("{}", map.values().filter(|v| **v >= 1_000_000).count());
    let keys: Vec<u32> = map.keys().copied().step_by(3).collect();
    println!(
        "{}",
        keys.iter()
            .filter_map(|k| map.remove(k))
            .map(u64::from)
            .sum::<u64>()
    );
    map.retain(|k, _| k % 2 == 0);
    let mut upper = map.split_off(&600_000);
    println!("{} {} {:?}", map.len(), upper.len(), upper.pop_first());
    upper.append(&mut map);
    println!("{} {}", upper.len(), map.is_empty());
    while upper.len() > 5 {
        upper.pop_last();
        upper.pop_first();
    }
    println!("{upper:?}");

    let mut letters: BTreeMap<char, usize> = BTreeMap::new();
    for c in "mississippi river".chars().filter(|c| c.is_alphabetic()) {
        *letters.entry(c).or_insert(0) += 1;
    }
    println!("{letters:?}");
    if let Entry::Occupied(entry) = letters.entry('s') {
        println!("{:?}", entry.remove_entry());
    }
    if let Some(mut first) = letters.first_entry() {
        *first.get_mut() *= 100;
    }
    println!("{letters:#?}");
    println!(
        "{:?}",
        letters
            .into_iter()
            .rev()
            .map(|(c, n)| c.to_string().repeat(n % 7))
            .collect::<String>()
    );
    let nested: BTreeMap<(i8, &str), BTreeMap<i32, Option<&str>>> = [
        ((1, "b"), [(1, None)].into()),
        ((1, "a"), [(2, Some("x"))].into()),
        ((-1, "z"), BTreeMap::new()),
    ]
    .into();
    println!("{nested:?} {:?}", nested.range((0, "")..).count());
}
