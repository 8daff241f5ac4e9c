// MD5, SHA-1, SHA-256 and ChaCha20 from their descriptions, against the vectors published with them.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn padded(message: &[u8], big: bool) -> Vec<u8> {
    let bits = message.len() as u64 * 8;
    let mut m = [message, &[0x80]].concat();
    m.resize((m.len() + 8).next_multiple_of(64) - 8, 0);
    m.extend(if big {
        bits.to_be_bytes()
    } else {
        bits.to_le_bytes()
    });
    m
}

fn md5(message: &[u8]) -> Vec<u8> {
    const SHIFTS: [[u32; 4]; 4] = [
        [7, 12, 17, 22],
        [5, 9, 14, 20],
        [4, 11, 16, 23],
        [6, 10, 15, 21],
    ];
    let mut h = [0x67452301u32, 0xefcdab89, 0x98badcfe, 0x10325476];
    for block in padded(message, false).as_chunks::<64>().0 {
        let words: Vec<u32> = block
            .as_chunks()
            .0
            .iter()
            .map(|w| u32::from_le_bytes(*w))
            .collect();
        let [mut a, mut b, mut c, mut d] = h;
        for i in 0..64 {
            let (f, g) = match i / 16 {
                0 => (b & c | !b & d, i),
                1 => (d & b | !d & c, 5 * i + 1),
                2 => (b ^ c ^ d, 3 * i + 5),
                _ => (c ^ (b | !d), 7 * i),
            };
            let k = ((i as f64 + 1.0).sin().abs() * 4294967296.0) as u32;
            let sum = a
                .wrapping_add(f)
                .wrapping_add(k)
                .wrapping_add(words[g % 16]);
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(SHIFTS[i / 16][i % 4]));
        }
        for (h, n) in h.iter_mut().zip([a, b, c, d]) {
            *h = h.wrapping_add(n);
        }
    }
    h.iter().flat_map(|n| n.to_le_bytes()).collect()
}

fn sha1(message: &[u8]) -> Vec<u8> {
    let mut h = [
        0x67452301u32,
        0xEFCDAB89,
        0x98BADCFE,
        0x10325476,
        0xC3D2E1F0,
    ];
    for block in padded(message, true).as_chunks::<64>().0 {
        let mut w: Vec<u32> = block
            .as_chunks()
            .0
            .iter()
            .map(|w| u32::from_be_bytes(*w))
            .collect();
        for i in 16..80 {
            w.push((w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16]).rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = h;
        for (i, word) in w.iter().enumerate() {
            let (f, k) = match i / 20 {
                0 => (b & c | !b & d, 0x5A827999),
                1 => (b ^ c ^ d, 0x6ED9EBA1),
                2 => (b & c | b & d | c & d, 0x8F1BBCDC),
                _ => (b ^ c ^ d, 0xCA62C1D6u32),
            };
            let t = [a.rotate_left(5), f, e, k, *word]
                .into_iter()
                .fold(0, u32::wrapping_add);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, t);
        }
        for (h, n) in h.iter_mut().zip([a, b, c, d, e]) {
            *h = h.wrapping_add(n);
        }
    }
    h.iter().flat_map(|n| n.to_be_bytes()).collect()
}

const fn is_prime(n: u64) -> bool {
    let mut d = 2;
    while d * d <= n {
        if n % d == 0 {
            return false;
        }
        d += 1;
    }
    true
}

/// The first 32 bits of the fractions of the roots of the first primes: square roots, or cube roots.
const fn roots<const N: usize>(cube: bool) -> [u32; N] {
    let (mut out, mut found, mut n) = ([0; N], 0, 2);
    while found < N {
        if is_prime(n) {
            let (mut low, mut high) = (0u128, 1u128 << 40);
            let target = (n as u128) << if cube { 96 } else { 64 };
            while high - low > 1 {
                let middle = (low + high) / 2;
                let power = if cube {
                    middle * middle * middle
                } else {
                    middle * middle
                };
                if power <= target {
                    low = middle
                } else {
                    high = middle
                }
            }
            out[found] = low as u32;
            found += 1;
        }
        n += 1;
    }
    out
}
static K: [u32; 64] = roots(true);

fn sha256(message: &[u8]) -> Vec<u8> {
    let mut h: [u32; 8] = const { roots(false) };
    for block in padded(message, true).as_chunks::<64>().0 {
        let mut w: Vec<u32> = block
            .as_chunks()
            .0
            .iter()
            .map(|w| u32::from_be_bytes(*w))
            .collect();
        for i in 16..64 {
            let s0 = w[i - 15].rotate_right(7) ^ w[i - 15].rotate_right(18) ^ w[i - 15] >> 3;
            let s1 = w[i - 2].rotate_right(17) ^ w[i - 2].rotate_right(19) ^ w[i - 2] >> 10;
            w.push(
                w[i - 16]
                    .wrapping_add(s0)
                    .wrapping_add(w[i - 7])
                    .wrapping_add(s1),
            );
        }
        let mut v = h;
        for i in 0..64 {
            let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let choice = v[4] & v[5] ^ !v[4] & v[6];
            let t1 = [v[7], s1, choice, K[i], w[i]]
                .into_iter()
                .fold(0, u32::wrapping_add);
            let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let t2 = s0.wrapping_add(v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]);
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(t1);
            v[0] = t1.wrapping_add(t2);
        }
        h.iter_mut()
            .zip(v)
            .for_each(|(h, v)| *h = h.wrapping_add(v));
    }
    h.iter().flat_map(|n| n.to_be_bytes()).collect()
}

fn chacha20(key: &[u8; 32], counter: u32, nonce: &[u8; 12]) -> Vec<u8> {
    let words = |b: &[u8]| {
        b.as_chunks()
            .0
            .iter()
            .map(|w| u32::from_le_bytes(*w))
            .collect::<Vec<_>>()
    };
    let start = [
        words(b"expand 32-byte k"),
        words(key),
        vec![counter],
        words(nonce),
    ]
    .concat();
    let mut s = start.clone();
    let mut quarter = |a: usize, b: usize, c: usize, d: usize| {
        for (x, y, z, by) in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)] {
            s[x] = s[x].wrapping_add(s[y]);
            s[z] = (s[z] ^ s[x]).rotate_left(by);
        }
    };
    for _ in 0..10 {
        (0..4).for_each(|i| quarter(i, i + 4, i + 8, i + 12));
        (0..4).for_each(|i| quarter(i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12));
    }
    s.iter()
        .zip(start)
        .flat_map(|(a, b)| a.wrapping_add(b).to_le_bytes())
        .collect()
}

fn main() {
    let long = "1234567890".repeat(8);
    for text in ["", "a", "abc", "message digest", &long] {
        println!(
            "{} {} {}",
            hex(&md5(text.as_bytes())),
            hex(&sha1(text.as_bytes())),
            hex(&sha256(text.as_bytes()))
        );
    }
    assert_eq!(hex(&md5(b"abc")), "900150983cd24fb0d6963f7d28e17f72");
    assert_eq!(
        hex(&sha1(b"abc")),
        "a9993e364706816aba3e25717850c26c9cd0d89d"
    );
    assert_eq!(
        hex(&sha256(b"abc")),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    let key = std::array::from_fn(|i| i as u8);
    let stream = chacha20(&key, 1, &[0, 0, 0, 9, 0, 0, 0, 0x4a, 0, 0, 0, 0]);
    assert!(hex(&stream).starts_with("10f1e7e4d13b5915500fdd1fa32071c4"));
    println!("{}", hex(&stream));
    println!("{}", hex(&sha256(&vec![b'a'; 20_000])));
}
