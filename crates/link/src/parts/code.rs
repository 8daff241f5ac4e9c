//! How parts of libraries are written down.
//!
//! Numbers are in LEB128, texts have their length before them:
//!
//! ```text
//! version
//! mark
//! sample      count, then for each: name, size
//! members     of dependencies, then of the standard library: count, then for each:
//!               name, as ARCHIVE(MEMBER); BLAKE3 of the whole file, 32 bytes; the file's length;
//!               count of runs, then for each: distance from the end of the one before, bytes
//! ```

use crate::error::Error;
use crate::read::Runs;

/// Grows with every change of the format.
const VERSION: u64 = 1;

/// A part of one object.
pub(super) struct Member<'a> {
    pub(super) name: String,
    pub(super) hash: [u8; 32],
    pub(super) len: usize,
    pub(super) runs: Runs<'a>,
}

/// Writes.
pub(super) struct Encoder(Vec<u8>);

impl Encoder {
    pub(super) fn new() -> Encoder {
        let mut encoder = Encoder(Vec::new());
        encoder.number(VERSION);
        encoder
    }

    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend(bytes);
    }

    pub(super) fn member(&mut self, member: &Member<'_>) {
        self.bytes(member.name.as_bytes());
        self.0.extend(member.hash);
        self.number(member.len as u64);
        self.number(member.runs.len() as u64);
        let mut end = 0;
        for (start, run) in &member.runs {
            self.number(u64::from(*start) - end);
            self.bytes(run);
            end = u64::from(*start) + run.len() as u64;
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Reads. Whatever the bytes are, it gives something or says what is wrong, and takes no more memory than they do.
pub(super) struct Decoder<'a> {
    rest: &'a [u8],
}

fn damaged(reason: &str) -> Error {
    Error::Parts {
        reason: reason.to_owned(),
    }
}

impl<'a> Decoder<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Decoder<'a>, Error> {
        let mut decoder = Decoder { rest: bytes };
        match decoder.number()? {
            VERSION => Ok(decoder),
            other => Err(damaged(&format!("they are of the unknown version {other}"))),
        }
    }

    pub(super) fn number(&mut self) -> Result<u64, Error> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte, rest @ ..] = self.rest else {
                return Err(damaged("they end too early"));
            };
            self.rest = rest;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(damaged("a number in them is too large"))
    }

    /// A number of things of which each takes a byte at least.
    pub(super) fn count(&mut self) -> Result<usize, Error> {
        let count = self.number()?;
        match usize::try_from(count) {
            Ok(count) if count <= self.rest.len() => Ok(count),
            _ => Err(damaged("they end too early")),
        }
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Error> {
        let len = self.count()?;
        self.take(len)
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let (bytes, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or_else(|| damaged("they end too early"))?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(super) fn member(&mut self) -> Result<Member<'a>, Error> {
        let name = String::from_utf8_lossy(self.bytes()?).into_owned();
        let mut hash = [0; 32];
        hash.copy_from_slice(self.take(32)?);
        let len = self.number()?;
        let too_large = || damaged(&format!("`{name}` is too large"));
        let len = u32::try_from(len).map_err(|_| too_large())?;
        let count = self.count()?;
        let mut runs = Vec::new();
        let mut end = 0u32;
        for _ in 0..count {
            let distance = u32::try_from(self.number()?).map_err(|_| too_large())?;
            let start = end.checked_add(distance).ok_or_else(too_large)?;
            let run = self.bytes()?;
            let len = u32::try_from(run.len()).map_err(|_| too_large())?;
            end = start.checked_add(len).ok_or_else(too_large)?;
            runs.push((start, run));
        }
        Ok(Member {
            name,
            hash,
            len: len as usize,
            runs,
        })
    }

    pub(super) fn end(self) -> Result<(), Error> {
        match self.rest {
            [] => Ok(()),
            _ => Err(damaged("they go on past their end")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut encoder = Encoder::new();
        for number in [0, 127, 128, 1 << 32, u64::MAX] {
            encoder.number(number);
        }
        encoder.bytes(b"text");
        encoder.member(&Member {
            name: "a(b)".to_owned(),
            hash: [7; 32],
            len: 100,
            runs: vec![(0, b"one"), (50, b"two")],
        });
        let bytes = encoder.finish();
        let mut decoder = Decoder::new(&bytes).unwrap();
        for number in [0, 127, 128, 1 << 32, u64::MAX] {
            assert_eq!(decoder.number().unwrap(), number);
        }
        assert_eq!(decoder.bytes().unwrap(), b"text");
        let member = decoder.member().unwrap();
        assert_eq!(
            (member.name.as_str(), member.hash, member.len),
            ("a(b)", [7; 32], 100)
        );
        assert_eq!(member.runs, [(0, &b"one"[..]), (50, b"two")]);
        decoder.end().unwrap();
        for len in 0..bytes.len() {
            let read = |bytes| -> Result<(), Error> {
                let mut decoder = Decoder::new(bytes)?;
                for _ in 0..5 {
                    decoder.number()?;
                }
                decoder.bytes()?;
                decoder.member()?;
                decoder.end()
            };
            read(&bytes[..len]).expect_err("it is cut off");
        }
    }

    #[test]
    fn numbers_that_are_too_large_are_refused() {
        for bytes in [
            &[0x80; 11][..],
            &[0xff; 10],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
        ] {
            let error = Decoder { rest: bytes }.number().unwrap_err().to_string();
            assert!(error.contains("too large"), "{error}");
        }
        // More than there can be.
        let many = [0xff, 0xff, 0xff, 0xff, 0x0f, 1];
        assert!(Decoder { rest: &many }.count().is_err());
        assert!(Decoder { rest: &many }.bytes().is_err());
    }
}
