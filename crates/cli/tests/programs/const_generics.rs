// Const generics, const fn, const evaluation: tables made by the compiler, arrays of any size, a ring buffer.
use std::ops::{Index, Mul};

const fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let (mut crc, mut bit) = (i as u32, 0);
        while bit < 8 {
            crc = if crc & 1 == 1 {
                0xEDB8_8320 ^ (crc >> 1)
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
}
static CRC: [u32; 256] = crc_table();
const PRIMES: [u16; 10] = first_primes();

const fn first_primes<const N: usize>() -> [u16; N] {
    let (mut out, mut found, mut n) = ([0; N], 0, 2);
    while found < N {
        let mut i = 0;
        let prime = loop {
            if i == found {
                break true;
            }
            if n % out[i] == 0 {
                break false;
            }
            i += 1;
        };
        if prime {
            out[found] = n;
            found += 1;
        }
        n += 1;
    }
    out
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Matrix<const R: usize, const C: usize>([[i64; C]; R]);
impl<const R: usize, const N: usize, const C: usize> Mul<Matrix<N, C>> for Matrix<R, N> {
    type Output = Matrix<R, C>;
    fn mul(self, other: Matrix<N, C>) -> Matrix<R, C> {
        Matrix(std::array::from_fn(|i| {
            std::array::from_fn(|j| (0..N).map(|k| self.0[i][k] * other.0[k][j]).sum())
        }))
    }
}
impl<const N: usize> Matrix<N, N> {
    const IDENTITY: Self = {
        let mut m = [[0; N]; N];
        let mut i = 0;
        while i < N {
            m[i][i] = 1;
            i += 1;
        }
        Matrix(m)
    };
    fn power(self, n: u32) -> Self {
        (0..n).fold(Self::IDENTITY, |m, _| m * self)
    }
}

struct Ring<T, const N: usize> {
    items: [Option<T>; N],
    next: usize,
}
impl<T, const N: usize> Ring<T, N> {
    const CAPACITY: usize = N;
    const fn new() -> Self {
        Ring {
            items: [const { None }; N],
            next: 0,
        }
    }
    fn push(&mut self, item: T) -> Option<T> {
        let old = self.items[self.next % N].replace(item);
        self.next += 1;
        old
    }
}
impl<T, const N: usize> Index<usize> for Ring<T, N> {
    type Output = T;
    fn index(&self, back: usize) -> &T {
        self.items[(self.next + N - 1 - back) % N]
            .as_ref()
            .expect("filled")
    }
}

fn chunk_sums<const N: usize>(items: &[u32]) -> Vec<u32> {
    items
        .as_chunks::<N>()
        .0
        .iter()
        .map(|c| c.iter().sum())
        .collect()
}

fn flag<const ON: bool, const C: char>() -> String {
    if ON { C.to_string() } else { format!("no {C}") }
}

fn main() {
    let crc = |bytes: &[u8]| {
        !bytes.iter().fold(!0u32, |crc, b| {
            CRC[((crc ^ u32::from(*b)) & 0xff) as usize] ^ (crc >> 8)
        })
    };
    println!("{:08x} {:08x}", crc(b"123456789"), crc(b""));
    println!("{PRIMES:?} {:?}", const { first_primes::<3>() });
    println!(
        "{:?}",
        Matrix([[1, 2, 3], [4, 5, 6]]) * Matrix([[1], [0], [-1]])
    );
    println!(
        "{:?} {:?}",
        Matrix([[1, 1], [1, 0]]).power(50),
        Matrix::<2, 2>::IDENTITY
    );
    let mut ring = Ring::<String, 3>::new();
    let dropped: Vec<_> = "a b c d e"
        .split(' ')
        .filter_map(|s| ring.push(s.into()))
        .collect();
    println!(
        "{dropped:?} {} {} {}",
        ring[0],
        ring[2],
        Ring::<u8, 7>::CAPACITY
    );
    println!(
        "{:?} {:?}",
        chunk_sums::<2>(&[1, 2, 3, 4, 5]),
        chunk_sums::<5>(&[1, 2, 3, 4, 5])
    );
    println!("{} {}", flag::<true, 'x'>(), flag::<false, 'ß'>());
    println!(
        "{:?} {}",
        [1, 2, 3].map(|n| n * 2),
        size_of::<Ring<u8, 100>>()
    );
}
