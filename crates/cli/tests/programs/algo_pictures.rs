// Pictures in text: the Mandelbrot set, Conway's life, a Sierpinski triangle by rule 90, a circle, a ray-marched sphere.
use std::collections::{BTreeSet, HashSet};

fn mandelbrot(columns: i32, rows: i32) {
    const SHADES: &[u8] = b" .:-=+*#%@";
    for y in 0..rows {
        let line: String = (0..columns)
            .map(|x| {
                let c = (
                    f64::from(x) / f64::from(columns) * 3.0 - 2.2,
                    f64::from(y) / f64::from(rows) * 2.4 - 1.2,
                );
                let (mut z, mut n) = ((0.0, 0.0), 0);
                while n < 90 && z.0 * z.0 + z.1 * z.1 < 4.0 {
                    z = (z.0 * z.0 - z.1 * z.1 + c.0, 2.0 * z.0 * z.1 + c.1);
                    n += 1;
                }
                char::from(SHADES[n / 10])
            })
            .collect();
        println!("{}", line.trim_end());
    }
}

type Cell = (i32, i32);

fn step(alive: &HashSet<Cell>) -> HashSet<Cell> {
    let around =
        |&(x, y): &Cell| (-1..=1).flat_map(move |dy| (-1..=1).map(move |dx| (x + dx, y + dy)));
    let touched: HashSet<Cell> = alive.iter().flat_map(around).collect();
    touched
        .into_iter()
        .filter(|cell| {
            let count = around(cell).filter(|c| alive.contains(c)).count();
            count == 3 || (count == 4 && alive.contains(cell))
        })
        .collect()
}

fn parse(text: &str) -> HashSet<Cell> {
    let cells = |(y, line): (usize, &str)| {
        line.bytes()
            .enumerate()
            .filter(|(_, b)| *b == b'#')
            .map(move |(x, _)| (x as i32, y as i32))
            .collect::<Vec<_>>()
    };
    text.lines().enumerate().flat_map(cells).collect()
}

fn show(cells: &HashSet<Cell>) -> String {
    let ordered: BTreeSet<(i32, i32)> = cells.iter().map(|&(x, y)| (y, x)).collect();
    format!("{ordered:?}")
}

fn rule(number: u8, width: usize, generations: usize) {
    let mut row = vec![false; width];
    row[width / 2] = true;
    for _ in 0..generations {
        println!(
            "{}",
            row.iter()
                .map(|c| if *c { '▲' } else { ' ' })
                .collect::<String>()
                .trim_end()
        );
        let at = |i: usize| {
            usize::from(row[(i + width - 1) % width]) << 2
                | usize::from(row[i]) << 1
                | usize::from(row[(i + 1) % width])
        };
        row = (0..width).map(|i| number >> at(i) & 1 == 1).collect();
    }
}

fn sphere(size: i32) {
    for y in -size..=size {
        let line: String = (-size * 2..=size * 2)
            .map(|x| {
                let (x, y) = (
                    f32::from(x as i16) / f32::from(size as i16) / 2.0,
                    f32::from(y as i16) / f32::from(size as i16),
                );
                let depth = 1.0 - x * x - y * y;
                if depth < 0.0 {
                    ' '
                } else {
                    char::from(
                        b".,-~:;=!*#$@"
                            [((x * -0.5 - y * 0.6 + depth.sqrt() * 0.6).max(0.0) * 11.9) as usize],
                    )
                }
            })
            .collect();
        println!("{}", line.trim_end());
    }
}

fn main() {
    mandelbrot(64, 20);
    let mut glider = parse(".#.\n..#\n###");
    let start = show(&glider);
    for _ in 0..40 {
        glider = step(&glider);
    }
    let back: HashSet<Cell> = glider.iter().map(|(x, y)| (x - 10, y - 10)).collect();
    println!("{start} {}", show(&back) == start);
    let mut methuselah = parse(".##\n##.\n.#.");
    let counts: Vec<usize> = (0..60)
        .map(|_| {
            methuselah = step(&methuselah);
            methuselah.len()
        })
        .collect();
    println!("{counts:?}");
    rule(90, 33, 16);
    rule(30, 31, 8);
    sphere(7);
}
