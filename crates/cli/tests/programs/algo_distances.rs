//@ rustc-flags: -Copt-level=2 -Ccodegen-units=1
// Dynamic programming, optimised: edit distance, longest common subsequence as a diff, knapsack, change, partitions.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, c) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, d) in b.iter().enumerate() {
            let best = (diagonal + usize::from(c != *d))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], best);
        }
    }
    row[b.len()]
}

fn diff<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, &'a str)> {
    let mut table = vec![vec![0u32; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            table[i][j] = if old[i] == new[j] {
                table[i + 1][j + 1] + 1
            } else {
                table[i + 1][j].max(table[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                out.push((' ', *a));
                i += 1;
                j += 1
            }
            (Some(a), b) if b.is_none() || table[i + 1][j] >= table[i][j + 1] => {
                out.push(('-', *a));
                i += 1
            }
            (_, Some(b)) => {
                out.push(('+', *b));
                j += 1
            }
            _ => unreachable!(),
        }
    }
    out
}

fn knapsack(items: &[(usize, u64)], capacity: usize) -> (u64, Vec<usize>) {
    let mut best = vec![vec![0u64; capacity + 1]];
    for (weight, value) in items {
        let last = best.last().unwrap();
        let row = (0..=capacity)
            .map(|c| {
                if c >= *weight {
                    last[c].max(last[c - weight] + value)
                } else {
                    last[c]
                }
            })
            .collect();
        best.push(row);
    }
    let (mut left, mut chosen) = (capacity, Vec::new());
    for i in (0..items.len()).rev() {
        if best[i + 1][left] != best[i][left] {
            chosen.push(i);
            left -= items[i].0;
        }
    }
    chosen.reverse();
    (best[items.len()][capacity], chosen)
}

fn ways(amount: usize, coins: &[usize]) -> u64 {
    let mut table = vec![0u64; amount + 1];
    table[0] = 1;
    for coin in coins {
        for n in *coin..=amount {
            table[n] += table[n - coin];
        }
    }
    table[amount]
}

fn longest_rise(numbers: &[u32]) -> Vec<u32> {
    let (mut tails, mut previous): (Vec<usize>, Vec<Option<usize>>) = (vec![], vec![]);
    for (i, n) in numbers.iter().enumerate() {
        let at = tails.partition_point(|t| numbers[*t] < *n);
        previous.push(at.checked_sub(1).map(|p| tails[p]));
        if at == tails.len() {
            tails.push(i)
        } else {
            tails[at] = i
        }
    }
    let mut out: Vec<u32> = std::iter::successors(tails.last().copied(), |i| previous[*i])
        .map(|i| numbers[i])
        .collect();
    out.reverse();
    out
}

fn main() {
    for (a, b) in [
        ("kitten", "sitting"),
        ("", "abc"),
        ("größe", "grosse"),
        ("same", "same"),
        ("intention", "execution"),
    ] {
        println!("{a} {b} {}", distance(a, b));
    }
    let old: Vec<&str> = "the quick brown fox jumps over the dog"
        .split(' ')
        .collect();
    let new: Vec<&str> = "the slow brown fox walks over the lazy dog"
        .split(' ')
        .collect();
    println!(
        "{}",
        diff(&old, &new)
            .iter()
            .map(|(sign, word)| format!("{sign}{word}"))
            .collect::<Vec<_>>()
            .join(" ")
    );
    let items: Vec<(usize, u64)> = (1..20)
        .map(|i| (i * 7 % 11 + 1, (i * i % 17) as u64))
        .collect();
    println!("{:?}", knapsack(&items, 30));
    println!(
        "{} {} {}",
        ways(200, &[1, 2, 5, 10, 20, 50, 100, 200]),
        ways(100, &(1..=100).collect::<Vec<_>>()),
        ways(7, &[5])
    );
    let numbers: Vec<u32> = (0..60u32)
        .map(|n| n.wrapping_mul(2_654_435_761) >> 24)
        .collect();
    println!("{:?}", longest_rise(&numbers));
    let catalan = (1..=30u64).fold(vec![1u64], |mut c, n| {
        let next = c[n as usize - 1] * 2 * (2 * n - 1) / (n + 1);
        c.push(next);
        c
    });
    println!("{:?}", &catalan[20..]);
}
