// Sorting: stable and not, by keys cached and not, with a comparison that lies, own sorts beside std's, permutations.
use std::cmp::{Ordering, Reverse};

fn quick<T: Ord>(v: &mut [T]) {
    if v.len() < 2 {
        return;
    }
    let (mut low, pivot) = (0, v.len() - 1);
    v.swap(pivot, pivot / 2);
    for i in 0..pivot {
        if v[i] < v[pivot] {
            v.swap(i, low);
            low += 1;
        }
    }
    v.swap(low, pivot);
    let (left, right) = v.split_at_mut(low);
    quick(left);
    quick(&mut right[1..]);
}

fn heap<T: PartialOrd>(v: &mut [T]) {
    fn sift<T: PartialOrd>(v: &mut [T], mut root: usize) {
        while let Some(child) =
            (2 * root + 1..v.len().min(2 * root + 3)).reduce(|a, b| if v[b] > v[a] { b } else { a })
        {
            if v[child] <= v[root] {
                return;
            }
            v.swap(root, child);
            root = child;
        }
    }
    (0..v.len() / 2).rev().for_each(|i| sift(v, i));
    for end in (1..v.len()).rev() {
        v.swap(0, end);
        sift(&mut v[..end], 0);
    }
}

fn radix(v: &mut Vec<u32>) {
    for shift in [0, 8, 16, 24] {
        let mut buckets = vec![Vec::new(); 256];
        v.drain(..)
            .for_each(|n| buckets[(n >> shift) as usize & 255].push(n));
        v.extend(buckets.into_iter().flatten());
    }
}

fn next_permutation<T: Ord>(v: &mut [T]) -> bool {
    let Some(i) = v.windows(2).rposition(|w| w[0] < w[1]) else {
        return false;
    };
    let j = v.iter().rposition(|x| *x > v[i]).unwrap();
    v.swap(i, j);
    v[i + 1..].reverse();
    true
}

fn main() {
    let mut state = 1u32;
    let data: Vec<u32> = (0..3000)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state % 5000
        })
        .collect();
    let mut expected = data.clone();
    expected.sort_unstable();
    for (name, sort) in [
        ("quick", (|v| quick(v)) as fn(&mut Vec<u32>)),
        ("heap", |v| heap(v)),
        ("radix", radix),
        ("std", |v| v.sort()),
    ] {
        let mut copy = data.clone();
        sort(&mut copy);
        println!("{name} {}", copy == expected);
    }
    println!("{:?} {:?}", &expected[..5], &expected[2995..]);

    let mut pairs: Vec<(u32, usize)> = data.iter().map(|n| n % 10).zip(0..).collect();
    pairs.sort_by_key(|p| p.0);
    println!(
        "stable {}",
        pairs.windows(2).all(|w| w[0].0 < w[1].0 || w[0].1 < w[1].1)
    );
    pairs.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    println!("{:?}", &pairs[..3]);

    let mut words: Vec<&str> = "The Quick brown fox Jumps over the lazy Dog"
        .split(' ')
        .collect();
    words.sort_by_cached_key(|w| w.to_lowercase());
    println!("{words:?}");
    words.sort_unstable_by_key(|w| (Reverse(w.len()), *w));
    println!("{words:?}");
    let mut floats = [2.5, f64::NAN, -1.0, f64::INFINITY, 0.0, -0.0];
    floats.sort_by(|a, b| b.total_cmp(a));
    println!("{floats:?}");

    // An order that is none may panic or give anything, but loses and doubles nothing.
    std::panic::set_hook(Box::new(|_| ()));
    let mut lied = data.clone();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut flip = false;
        lied.sort_by(|_, _| {
            flip = !flip;
            if flip {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        });
    }));
    lied.sort_unstable();
    drop(caught);
    println!("{}", lied == expected);

    let mut letters = ['a', 'b', 'c', 'c'];
    let mut all = vec![String::from_iter(letters)];
    while next_permutation(&mut letters) {
        all.push(String::from_iter(letters));
    }
    println!("{} {}", all.len(), all.join(" "));
    println!(
        "{} {}",
        expected.is_sorted(),
        data.is_sorted_by_key(|n| n % 1)
    );
}
