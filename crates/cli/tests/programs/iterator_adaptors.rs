// The adaptors and consumers of Iterator, one after another.
use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

fn main() {
    let words = ["apple", "Bob", "cat", "Dog", "egg", "fig"];
    println!(
        "{:?}",
        words
            .iter()
            .enumerate()
            .skip_while(|(i, _)| *i < 2)
            .map(|(i, w)| format!("{i}{w}"))
            .collect::<Vec<_>>()
    );
    println!(
        "{:?}",
        words.iter().zip(1..7).rev().step_by(2).collect::<Vec<_>>()
    );
    println!(
        "{:?}",
        words
            .iter()
            .flat_map(|w| w.chars().take(2))
            .collect::<String>()
    );
    println!(
        "{:?}",
        words
            .iter()
            .partition::<Vec<&str>, _>(|w| w.starts_with(char::is_uppercase))
    );
    println!(
        "{:?}",
        words
            .iter()
            .scan(0, |sum, w| {
                *sum += w.len();
                (*sum < 15).then_some(*sum)
            })
            .collect::<Vec<_>>()
    );
    println!(
        "{:?} {:?}",
        words.iter().min_by_key(|w| w.len()),
        words.iter().max_by_key(|w| w.len())
    );
    println!(
        "{:?}",
        words
            .iter()
            .map(|w| w.len())
            .try_fold(0u8, |a, n| a.checked_mul(10)?.checked_add(n as u8))
    );
    println!("{:?}", (1..=5).map(|n| n * n).reduce(|a, b| a * 2 + b));
    println!(
        "{:?}",
        (0..20)
            .filter_map(|n| (n % 7 == 3).then(|| n * n))
            .collect::<HashSet<_>>()
            .len()
    );
    println!(
        "{:?}",
        [3, 1, 2].iter().cycle().skip(1).take(7).collect::<Vec<_>>()
    );
    println!(
        "{:?}",
        (1..4).chain(7..9).inspect(|n| print!("<{n}>")).sum::<i32>()
    );
    println!(
        "{:?}",
        ["1", "2", "x", "4"]
            .iter()
            .map(|s| s.parse::<i32>())
            .collect::<Result<Vec<_>, _>>()
            .is_err()
    );
    println!(
        "{:?}",
        ["1", "2"]
            .iter()
            .map(|s| s.parse::<i32>().ok())
            .collect::<Option<Vec<_>>>()
    );
    println!(
        "{:?}",
        [(1, 'a'), (2, 'b')]
            .into_iter()
            .unzip::<_, _, Vec<_>, String>()
    );
    let mut numbers = (1..10).peekable();
    println!(
        "{:?} {:?}",
        numbers.next_if(|n| n % 2 == 1),
        numbers.next_if_eq(&9)
    );
    println!(
        "{:?} {:?}",
        numbers.peek().copied(),
        numbers.by_ref().take_while(|n| *n < 4).collect::<Vec<_>>()
    );
    println!("{:?} {:?}", numbers.nth(1), numbers.collect::<Vec<_>>());
    println!(
        "{:?}",
        (1..100).map_while(|n| 50u32.checked_sub(n * n)).last()
    );
    println!(
        "{:?} {:?}",
        (0..5).try_for_each(|n| if n == 3 {
            ControlFlow::Break(n)
        } else {
            ControlFlow::Continue(())
        }),
        (0..5).position(|n| n == 4)
    );
    println!(
        "{} {} {}",
        (1..4).eq([1, 2, 3]),
        [1, 2].iter().lt(&[1, 3]),
        (0..3).is_sorted()
    );
    println!(
        "{:?} {:?}",
        [1.5, 0.5].iter().copied().min_by(f64::total_cmp),
        "abc".chars().cmp("abd".chars())
    );
    println!(
        "{:?}",
        (1..=3)
            .flat_map(|a| (a..=3).map(move |b| (a, b)))
            .collect::<Vec<_>>()
    );
    println!(
        "{:?} {:?}",
        (0..10).size_hint(),
        (0..10).filter(|n| n % 2 == 0).size_hint()
    );
    println!(
        "{:?}",
        vec![Some(1), None, Some(3)]
            .into_iter()
            .flatten()
            .rev()
            .collect::<Vec<_>>()
    );
    println!(
        "{:?} {:?}",
        (0..10).rfind(|n| n % 4 == 0),
        (0..10).rfold(String::new(), |s, n| s + &n.to_string())
    );
    println!("{:?}", [1, 2, 3, 4, 5].array_windows_like());
    println!(
        "{:?}",
        "mississippi".chars().fold(BTreeMap::new(), |mut m, c| {
            *m.entry(c).or_insert(0) += 1;
            m
        })
    );
    println!("{:?}", (1u64..=20).product::<u64>());
    println!("{:?} {:?}", (0..3).count(), (0..0).max());
    println!("{:?}", std::iter::zip([1, 2, 3], ["a", "b"]).last());
    println!("{:?}", (0u8..=255).step_by(100).collect::<Vec<_>>());
    println!("{:?}", [[1, 2], [3, 4]].concat().iter().any(|n| *n == 3));
}

trait ArrayWindowsLike {
    fn array_windows_like(&self) -> Vec<[i32; 2]>;
}
impl ArrayWindowsLike for [i32; 5] {
    fn array_windows_like(&self) -> Vec<[i32; 2]> {
        self.windows(2).map(|w| w.try_into().unwrap()).collect()
    }
}
