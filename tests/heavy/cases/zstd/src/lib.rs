//! zstd's C code and assembly: every kind of level, streams, a dictionary, damaged input.

use std::fmt::Write as _;
use std::io::{Read, Write as _};

/// What comes out, as lengths and sums.
pub fn report() -> String {
    let mut report = String::new();
    let texts = [
        Vec::new(),
        b"abc".repeat(40_000),
        noise(100_000),
        sentences(2000).concat(),
    ];
    for (number, text) in texts.iter().enumerate() {
        for level in [-5, 1, 3, 9, 19] {
            let small = zstd::encode_all(&text[..], level).unwrap();
            let whole = zstd::decode_all(&small[..]).unwrap();
            assert_eq!(&whole, text);
            writeln!(
                report,
                "{number} at {level}: {} {:016x}",
                small.len(),
                sum(&small)
            )
            .unwrap();
        }
    }

    let mut stream = zstd::Encoder::new(Vec::new(), 5).unwrap();
    stream.include_checksum(true).unwrap();
    for sentence in sentences(500) {
        stream.write_all(&sentence).unwrap();
    }
    let mut streamed = stream.finish().unwrap();
    let mut head = [0; 60];
    zstd::Decoder::new(&streamed[..])
        .unwrap()
        .read_exact(&mut head)
        .unwrap();
    writeln!(
        report,
        "{} {}",
        streamed.len(),
        String::from_utf8_lossy(&head)
    )
    .unwrap();

    let dictionary = zstd::dict::from_samples(&sentences(1000), 4096).unwrap();
    let mut with = zstd::bulk::Compressor::with_dictionary(3, &dictionary).unwrap();
    let one = sentences(1).concat();
    let small = with.compress(&one).unwrap();
    let mut back = zstd::bulk::Decompressor::with_dictionary(&dictionary).unwrap();
    assert_eq!(back.decompress(&small, 1000).unwrap(), one);
    writeln!(
        report,
        "dictionary: {} {:016x}, {}",
        dictionary.len(),
        sum(&dictionary),
        small.len()
    )
    .unwrap();

    let middle = streamed.len() / 2;
    streamed[middle] ^= 0x10;
    writeln!(report, "{}", zstd::decode_all(&streamed[..]).unwrap_err()).unwrap();
    writeln!(
        report,
        "{}",
        zstd::decode_all(&b"no zstd at all"[..]).unwrap_err()
    )
    .unwrap();
    report
}

fn sentences(count: u32) -> Vec<Vec<u8>> {
    (0..count)
        .map(|n| {
            format!(
                "{{\"visitor\": {}, \"page\": \"/shop/{}\"}}\n",
                n * 7919 % 1009,
                n * n % 97
            )
            .into_bytes()
        })
        .collect()
}

fn noise(len: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 56) as u8
    };
    (0..len).map(|_| next()).collect()
}

/// FNV-1a.
fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
