// A thousand functions made by a macro, called through a table and through one another.
macro_rules! functions {
    ($($module:ident)*) => {$(
        mod $module {
            use super::Step;
            const SEED: u64 = stringify!($module).as_bytes()[1] as u64;
            macro_rules! ten {
                ($table:ident: $d:literal) => {
                    pub static $table: [Step; 10] = [
                        |n| n.wrapping_mul(SEED + $d), |n| n ^ (SEED << $d), |n| n.rotate_left($d + 1), |n| n.wrapping_add(SEED * $d),
                        |n| n.swap_bytes() ^ $d, |n| if n % 2 == 0 { n / 2 } else { n.wrapping_mul(3) + $d }, |n| !n, |n| n.reverse_bits(),
                        |n| super::digits(n) + $d, |n| [n, SEED, $d].into_iter().fold(0, u64::wrapping_add),
                    ];
                };
            }
            ten!(A: 0); ten!(B: 1); ten!(C: 2); ten!(D: 3); ten!(E: 4);
            pub static ALL: [&[Step; 10]; 5] = [&A, &B, &C, &D, &E];
        }
    )*
    static EVERY: &[&[&[Step; 10]; 5]] = &[$(&$module::ALL),*];
    };
}
type Step = fn(u64) -> u64;

fn digits(n: u64) -> u64 {
    n.to_string().bytes().map(|b| u64::from(b - b'0')).sum()
}

functions! { ma mb mc md me mf mg mh mi mj mk ml mm mn mo mp mq mr ms mt }

fn main() {
    let all: Vec<Step> = EVERY
        .iter()
        .flat_map(|m| m.iter().flat_map(|t| t.iter().copied()))
        .collect();
    println!("{}", all.len());
    let mut n = 1u64;
    for (i, step) in all.iter().enumerate() {
        n = step(n);
        if i % 100 == 99 {
            println!("{n:016x}");
        }
    }
    let jump = |n: u64| all[(n % 1000) as usize](n);
    println!("{:x}", (0..5000).fold(n, |n, i| jump(n.wrapping_add(i))));
}
