// HashSet and BTreeSet: the algebra of sets, ranges, splitting, and a power set.
use std::collections::{BTreeSet, HashSet};
use std::ops::Bound;

fn power_set(items: &BTreeSet<char>) -> BTreeSet<BTreeSet<char>> {
    items
        .iter()
        .fold(BTreeSet::from([BTreeSet::new()]), |sets, &item| {
            let with: Vec<_> = sets.iter().map(|s| s | &BTreeSet::from([item])).collect();
            sets.into_iter().chain(with).collect()
        })
}

fn main() {
    let a: BTreeSet<u32> = (1..10).collect();
    let b: BTreeSet<u32> = (5..15).step_by(2).collect();
    println!("{:?} {:?}", &a & &b, &a | &b);
    println!("{:?} {:?}", &a - &b, &a ^ &b);
    println!(
        "{} {} {}",
        a.is_subset(&b),
        a.is_disjoint(&b),
        (&a & &b).is_subset(&a)
    );
    println!(
        "{:?} {:?}",
        a.range(3..=5).collect::<Vec<_>>(),
        a.range((Bound::Excluded(7), Bound::Unbounded))
            .collect::<Vec<_>>()
    );
    let mut c = a.clone();
    let high = c.split_off(&6);
    println!("{c:?} {high:?} {:?} {:?}", c.pop_first(), high.last());
    println!(
        "{} {} {:?}",
        c.insert(3),
        c.replace(3).is_some(),
        c.take(&4)
    );
    println!(
        "{}",
        power_set(&"abc".chars().collect())
            .iter()
            .map(|s| format!("{{{}}}", s.iter().collect::<String>()))
            .collect::<Vec<_>>()
            .join(" ")
    );

    let x: HashSet<&str> = ["red", "green", "blue"].into();
    let y: HashSet<&str> = HashSet::from_iter(["blue", "white"]);
    let mut both: Vec<_> = x.union(&y).copied().collect();
    both.sort();
    println!("{both:?} {:?}", x.intersection(&y).collect::<Vec<_>>());
    let mut only: Vec<_> = x.symmetric_difference(&y).collect();
    only.sort_unstable_by_key(|s| s.len());
    println!("{:?}", only.iter().map(|s| s.len()).collect::<Vec<_>>());

    let mut seen = HashSet::new();
    let repeated: Vec<i32> = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
        .into_iter()
        .filter(|n| !seen.insert(*n))
        .collect();
    println!("{repeated:?} {}", seen.len());
    seen.retain(|n| n % 2 == 1);
    println!(
        "{:?} {}",
        seen.iter().collect::<BTreeSet<_>>(),
        seen.get(&9).is_some()
    );
    let mut numbers: BTreeSet<u64> = (0..100).collect();
    println!(
        "{:?} {}",
        numbers.extract_if(.., |n| n % 10 == 3).collect::<Vec<_>>(),
        numbers.len()
    );
}
