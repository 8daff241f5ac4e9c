// Labelled breaks, loops with values, let-else, let chains, early returns, question marks on options, never.
use std::convert::Infallible;
use std::ops::ControlFlow;

fn find_pair(grid: &[[i32; 4]; 4], wanted: i32) -> Option<(usize, usize)> {
    let found = 'search: {
        for (i, row) in grid.iter().enumerate() {
            for (j, cell) in row.iter().enumerate() {
                if *cell == wanted {
                    break 'search Some((i, j));
                }
            }
        }
        None
    };
    found.map(|(i, j)| (i + 1, j + 1))
}

fn parse(line: &str) -> Result<(String, i32), String> {
    let Some((name, rest)) = line.split_once(':') else {
        return Err(format!("no colon in {line:?}"));
    };
    let (Ok(value), false) = (rest.trim().parse(), name.is_empty()) else {
        return Err(format!("bad {line:?}"));
    };
    Ok((name.to_owned(), value))
}

fn initials(name: &str) -> Option<String> {
    let mut words = name.split(' ');
    let first = words.next()?.chars().next()?;
    let last = words.next_back()?.chars().next()?;
    Some(format!("{first}{last}"))
}

fn diverges(n: u32) -> u32 {
    let doubled: u32 = match n {
        0 => return 1000,
        1..=5 => n * 2,
        _ => loop {
            break n / 2;
        },
    };
    doubled + 1
}

fn main() {
    let grid = std::array::from_fn(|i| std::array::from_fn(|j| (i * j) as i32));
    println!("{:?} {:?}", find_pair(&grid, 6), find_pair(&grid, 5));
    for line in ["a: 5", "b", ": 1", "c: x", "d:-7"] {
        println!("{:?}", parse(line));
    }
    println!(
        "{:?} {:?} {:?}",
        initials("Grace Brewster Hopper"),
        initials("Plato"),
        initials("")
    );
    println!("{:?}", [0, 3, 50].map(diverges));

    let mut n = 27u64;
    let mut steps = 0;
    let peak = loop {
        if n > 5000 {
            break Some(n);
        } else if n == 1 {
            break None;
        }
        n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 };
        steps += 1;
    };
    println!("{peak:?} after {steps}");

    let mut pairs = Vec::new();
    'outer: for i in 1.. {
        for j in 1..i {
            if (i * j) % 7 == 0 {
                continue 'outer;
            }
            if pairs.len() == 8 {
                break 'outer;
            }
            pairs.push((i, j));
        }
    }
    println!("{pairs:?}");
    let text = Some("12");
    if let Some(t) = text
        && let Ok(n) = t.parse::<u8>()
        && n > 10
    {
        println!("chained {n}");
    }
    let flow = (1..10).try_fold(1u32, |product, n| {
        if product > 100 {
            ControlFlow::Break((n, product))
        } else {
            ControlFlow::Continue(product * n)
        }
    });
    println!("{flow:?}");
    let all: Result<u8, Infallible> = Ok(3);
    let Ok(sure) = all;
    println!("{sure}");
    let mut stack = vec![1];
    while let Some(top) = stack.pop() {
        if top < 20 {
            stack.extend([top * 3, top * 5]);
        } else {
            print!("{top} ");
        }
    }
    println!();
    let label = if steps > 10 { "long" } else { "short" };
    let value = {
        let half = steps / 2;
        half * half
    };
    println!(
        "{label} {value} {:?}",
        (|| -> Option<u32> { Some(3u32)?.checked_sub(4) })()
    );
}
