// Hashing: DefaultHasher's fixed keys against the published SipHash-1-3, Hash of many types, RandomState, Borrow's rule.
use std::collections::HashMap;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};

struct Sip13([u64; 4], Vec<u8>);
impl Sip13 {
    fn new(k0: u64, k1: u64) -> Sip13 {
        Sip13(
            [
                k0 ^ 0x736f6d6570736575,
                k1 ^ 0x646f72616e646f6d,
                k0 ^ 0x6c7967656e657261,
                k1 ^ 0x7465646279746573,
            ],
            vec![],
        )
    }
    fn round(v: &mut [u64; 4]) {
        v[0] = v[0].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[0] = v[0].rotate_left(32);
        v[2] = v[2].wrapping_add(v[3]);
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].wrapping_add(v[3]);
        v[3] = v[3].rotate_left(21) ^ v[0];
        v[2] = v[2].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(17) ^ v[2];
        v[2] = v[2].rotate_left(32);
    }
}
impl Hasher for Sip13 {
    fn write(&mut self, bytes: &[u8]) {
        self.1.extend_from_slice(bytes);
    }
    fn finish(&self) -> u64 {
        let mut v = self.0;
        let (words, rest) = self.1.as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        last[7] = self.1.len() as u8;
        for word in words.iter().chain([&last]) {
            let m = u64::from_le_bytes(*word);
            v[3] ^= m;
            Self::round(&mut v);
            v[0] ^= m;
        }
        v[2] ^= 0xff;
        (0..3).for_each(|_| Self::round(&mut v));
        v[0] ^ v[1] ^ v[2] ^ v[3]
    }
}

fn show<T: Hash + ?Sized>(name: &str, value: &T) {
    let (mut std, mut own) = (DefaultHasher::new(), Sip13::new(0, 0));
    value.hash(&mut std);
    value.hash(&mut own);
    println!(
        "{name:12} {:016x} {}",
        std.finish(),
        std.finish() == own.finish()
    );
}

#[derive(Hash)]
struct Record<'a> {
    id: u16,
    name: &'a str,
    inner: Option<Box<(i128, [char; 2])>>,
}

struct Recorder(Vec<String>);
impl Hasher for Recorder {
    fn finish(&self) -> u64 {
        self.0.len() as u64
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0.push(format!("{bytes:x?}"));
    }
    fn write_u8(&mut self, n: u8) {
        self.0.push(format!("u8 {n}"));
    }
    fn write_isize(&mut self, n: isize) {
        self.0.push(format!("isize {n}"));
    }
}

fn main() {
    show("unit", &());
    show("u8", &7u8);
    show("i128", &-1i128);
    show("str", "hello");
    show("string", &String::from("hello"));
    show("bytes", &b"hello"[..]);
    show("tuple", &(1u8, 'x', true));
    show("vec", &vec![1u32, 2, 3]);
    show("nested", &vec![vec!["a"], vec![], vec!["b", "c"]]);
    show(
        "record",
        &Record {
            id: 9,
            name: "ünï",
            inner: Some(Box::new((-5, ['a', 'b']))),
        },
    );
    show(
        "none",
        &Record {
            id: 9,
            name: "",
            inner: None,
        },
    );
    show("ordering", &std::cmp::Ordering::Less);
    show("long", &"abcdefghijklmnopqrstuvwxyz".repeat(20));

    let mut recorder = Recorder(vec![]);
    (3u8, "ab", [1u16; 2], Some(())).hash(&mut recorder);
    println!("{:?} {}", recorder.0, recorder.finish());

    let state = RandomState::new();
    println!(
        "{} {}",
        state.hash_one("x") == state.hash_one(String::from("x")),
        state.hash_one(1) == RandomState::new().hash_one(1)
    );
    let mut map: HashMap<u64, u32, RandomState> = HashMap::with_hasher(state);
    (0..10_000u64).for_each(|n| *map.entry(n.pow(2) % 977).or_default() += 1);
    let mut counts: Vec<_> = map.into_iter().collect();
    counts.sort();
    println!("{} {:?}", counts.len(), &counts[..4]);
}
