//@ stdin: she sells sea shells by the sea shore; the shells she sells are sea shells for sure, she sells sea shells
// Compression there and back: Huffman codes, LZ77, run lengths, the Burrows-Wheeler transform, base64.
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::io::Read;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Leaf(u8),
    Branch(Box<Node>, Box<Node>),
}

fn huffman(bytes: &[u8]) -> (BTreeMap<u8, String>, String) {
    let mut counts = BTreeMap::<u8, usize>::new();
    bytes
        .iter()
        .for_each(|b| *counts.entry(*b).or_default() += 1);
    let mut heap: BinaryHeap<_> = counts
        .iter()
        .enumerate()
        .map(|(order, (b, n))| Reverse((*n, order, Node::Leaf(*b))))
        .collect();
    let mut order = heap.len();
    while heap.len() > 1 {
        let (Reverse((n, _, a)), Reverse((m, _, b))) = (heap.pop().unwrap(), heap.pop().unwrap());
        heap.push(Reverse((
            n + m,
            order,
            Node::Branch(Box::new(a), Box::new(b)),
        )));
        order += 1;
    }
    fn walk(node: &Node, code: String, codes: &mut BTreeMap<u8, String>) {
        match node {
            Node::Leaf(b) => drop(codes.insert(*b, code)),
            Node::Branch(a, b) => {
                walk(a, code.clone() + "0", codes);
                walk(b, code + "1", codes)
            }
        }
    }
    let mut codes = BTreeMap::new();
    walk(&heap.pop().unwrap().0.2, String::new(), &mut codes);
    let bits = bytes.iter().map(|b| codes[b].as_str()).collect();
    (codes, bits)
}

fn decode(codes: &BTreeMap<u8, String>, bits: &str) -> Vec<u8> {
    let table: HashMap<&str, u8> = codes.iter().map(|(b, c)| (c.as_str(), *b)).collect();
    let (mut out, mut start) = (Vec::new(), 0);
    for end in 1..=bits.len() {
        if let Some(b) = table.get(&bits[start..end]) {
            out.push(*b);
            start = end;
        }
    }
    out
}

fn lz77(bytes: &[u8]) -> Vec<(usize, usize, Option<u8>)> {
    let (mut at, mut out) = (0, Vec::new());
    while at < bytes.len() {
        let longest = (at.saturating_sub(255)..at)
            .map(|from| {
                (
                    bytes[from..]
                        .iter()
                        .zip(&bytes[at..])
                        .take_while(|(a, b)| a == b)
                        .count(),
                    from,
                )
            })
            .max_by_key(|(length, from)| (*length, *from))
            .unwrap_or_default();
        let length = if longest.0 > 2 { longest.0 } else { 0 };
        let next = bytes.get(at + length).copied();
        out.push((if length > 0 { at - longest.1 } else { 0 }, length, next));
        at += length + 1;
    }
    out
}

fn unlz77(tokens: &[(usize, usize, Option<u8>)]) -> Vec<u8> {
    tokens
        .iter()
        .fold(Vec::new(), |mut out, (back, length, next)| {
            (0..*length).for_each(|_| out.push(out[out.len() - back]));
            out.extend(next);
            out
        })
}

fn bwt(text: &[u8]) -> (Vec<u8>, usize) {
    let n = text.len();
    let mut rotations: Vec<usize> = (0..n).collect();
    rotations.sort_by(|a, b| {
        (0..n)
            .map(|i| text[(a + i) % n])
            .cmp((0..n).map(|i| text[(b + i) % n]))
            .then(a.cmp(b))
    });
    (
        rotations.iter().map(|r| text[(r + n - 1) % n]).collect(),
        rotations.iter().position(|r| *r == 0).unwrap(),
    )
}

fn unbwt(last: &[u8], mut at: usize) -> Vec<u8> {
    let mut order: Vec<usize> = (0..last.len()).collect();
    order.sort_by_key(|i| last[*i]);
    (0..last.len())
        .map(|_| {
            at = order[at];
            last[at]
        })
        .collect()
}

fn runs(bytes: &[u8]) -> String {
    bytes
        .chunk_by(|a, b| a == b)
        .map(|run| {
            if run.len() > 1 {
                format!("{}{}", run.len(), char::from(run[0]))
            } else {
                char::from(run[0]).to_string()
            }
        })
        .collect()
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let n =
                chunk.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
            (0..4).map(move |i| {
                if i > chunk.len() {
                    '='
                } else {
                    char::from(ALPHABET[(n >> (18 - 6 * i)) as usize & 63])
                }
            })
        })
        .collect()
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for chunk in text.as_bytes().chunks(4) {
        let digits = chunk
            .iter()
            .take_while(|b| **b != b'=')
            .map(|b| ALPHABET.iter().position(|a| a == b))
            .collect::<Option<Vec<_>>>()?;
        let n = digits.iter().fold(0, |n, d| n << 6 | d) << (6 * (4 - digits.len()));
        out.extend_from_slice(&(n as u32).to_be_bytes()[1..digits.len()]);
    }
    Some(out)
}

fn main() {
    let mut text = Vec::new();
    std::io::stdin().read_to_end(&mut text).unwrap();
    let (codes, bits) = huffman(&text);
    println!(
        "{:?}",
        codes
            .iter()
            .map(|(b, c)| format!("{}={c}", char::from(*b)))
            .collect::<Vec<_>>()
    );
    println!(
        "{} bits instead of {}, {}",
        bits.len(),
        text.len() * 8,
        decode(&codes, &bits) == text
    );
    let tokens = lz77(&text);
    println!(
        "{} tokens, {:?}, {}",
        tokens.len(),
        &tokens[12..16],
        unlz77(&tokens) == text
    );
    let (last, at) = bwt(&text);
    println!("{at} {}", runs(&last));
    println!("{}", unbwt(&last, at) == text);
    for sample in ["", "f", "fo", "foo", "foob", "fooba", "foobar", "ÿ\u{0}"] {
        println!(
            "{sample:?} {} {}",
            base64(sample.as_bytes()),
            unbase64(&base64(sample.as_bytes())).as_deref() == Some(sample.as_bytes())
        );
    }
    println!("{:?}", unbase64("ab!d"));
}
