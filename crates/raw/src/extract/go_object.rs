//! Objects of Go's compiler as [parts](super::parts): Go's symbols, each with bytes of its own.
//!
//! The format is that of Go 1.18 to 1.23: a line of text, then tables at offsets that a header lists, counted from the header's start
//! (cmd/internal/goobj/objfile.go in Go's source).

use super::Error;
use super::parts::{Fix, Function, Part, PartKind, Parts, Place, Reference};
use crate::Machine;

/// What comes before the header.
const TEXT_ENDS: &[u8] = b"\n!\n";
/// How long the text may be.
const MAX_TEXT: usize = 4096;
const MAGICS: [&[u8; 8]; 2] = [b"\0go118ld", b"\0go120ld"];

/// The header's tables by their number, as far as they are of use.
mod table {
    pub(super) const SYMBOLS: [usize; 4] = [3, 4, 5, 6];
    pub(super) const UNDEFINED: usize = 7;
    pub(super) const RELOCATION_INDEX: usize = 11;
    pub(super) const DATA_INDEX: usize = 13;
    pub(super) const RELOCATIONS: usize = 14;
    pub(super) const DATA: usize = 16;
    pub(super) const NAMES: usize = 17;
    pub(super) const END: usize = 18;
}

const SYMBOL_LEN: usize = 21;
const RELOCATION_LEN: usize = 23;
const NAME_LEN: usize = 16;

/// Which table a symbol is in that is not of another package.
mod package {
    pub(super) const NONE: u32 = (1 << 31) - 1;
    pub(super) const HASHED64: u32 = NONE - 1;
    pub(super) const HASHED: u32 = NONE - 2;
    pub(super) const BUILTIN: u32 = NONE - 3;
    pub(super) const OWN: u32 = NONE - 4;
}

/// Of a symbol: what it is.
const TEXT: u8 = 1;
const CONSTANT: u8 = 2;
/// Of a symbol: not seen outside of its package.
const LOCAL: u8 = 1 << 1;

pub(super) struct GoObject<'d> {
    machine: &'d str,
    bytes: &'d [u8],
    /// Where each table starts; each ends where the next one does.
    starts: Vec<usize>,
    /// How many symbols each of the tables of symbols has.
    counts: [usize; 4],
}

struct Symbol<'d> {
    name: &'d str,
    kind: u8,
    flags: u8,
    align: u32,
}

impl<'d> GoObject<'d> {
    /// Whether a file, or a member of an archive, is one. Descriptions of packages begin with the same line.
    pub(super) fn is_one(file: &[u8]) -> bool {
        split(file).is_some()
    }

    pub(super) fn parse(file: &'d [u8]) -> Result<GoObject<'d>, Error> {
        let (text, bytes) = split(file).ok_or(Error::Format)?;
        let magic = bytes.get(..8).unwrap_or_default();
        if !MAGICS.iter().any(|known| magic == *known) {
            return Err(Error::Damaged {
                what: format!(
                    "its version `{}` of Go's format is not known",
                    String::from_utf8_lossy(magic).trim_start_matches('\0')
                ),
            });
        }
        // The text: go object linux amd64 go1.19.8 …
        let machine = std::str::from_utf8(text).unwrap_or_default();
        let machine = machine.split(' ').nth(3).unwrap_or_default();
        let mut object = GoObject {
            machine,
            bytes,
            starts: Vec::new(),
            counts: [0; 4],
        };
        // Magic, fingerprint and flags come before the offsets.
        for index in 0..=table::END {
            let start = object.u32(20 + 4 * index)? as usize;
            let before = object.starts.last().copied().unwrap_or(0);
            if start < before || start > bytes.len() {
                return Err(damaged("its tables overlap or end after it"));
            }
            object.starts.push(start);
        }
        for (count, table) in object.counts.iter_mut().zip(table::SYMBOLS) {
            *count = (object.starts[table + 1] - object.starts[table]) / SYMBOL_LEN;
        }
        Ok(object)
    }

    /// A record of a table.
    fn record(&self, table: usize, index: usize, len: usize) -> Result<&'d [u8], Error> {
        let whole = &self.bytes[self.starts[table]..self.starts[table + 1]];
        let start = index.checked_mul(len);
        let record = start.and_then(|start| whole.get(start..start.checked_add(len)?));
        record.ok_or_else(|| damaged("it refers to what its tables do not have"))
    }

    fn u32(&self, at: usize) -> Result<u32, Error> {
        let bytes = self.bytes.get(at..at.saturating_add(4));
        bytes
            .map(word)
            .ok_or_else(|| damaged("it ends within its header"))
    }

    /// A string, by its length and place.
    fn string(&self, reference: &[u8]) -> Result<&'d str, Error> {
        let (len, start) = (word(reference) as usize, word(&reference[4..]) as usize);
        let bytes = self.bytes.get(start..start.saturating_add(len));
        let string = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
        string.ok_or_else(|| damaged("it has a name that lies outside of it or is not UTF-8"))
    }

    /// A defined symbol, counted through all tables of them.
    fn symbol(&self, mut index: usize) -> Result<Symbol<'d>, Error> {
        for (table, count) in table::SYMBOLS.into_iter().zip(self.counts) {
            if index < count {
                return self.symbol_of(table, index);
            }
            index -= count;
        }
        Err(damaged("it refers to a symbol that it does not have"))
    }

    fn symbol_of(&self, table: usize, index: usize) -> Result<Symbol<'d>, Error> {
        let record = self.record(table, index, SYMBOL_LEN)?;
        Ok(Symbol {
            name: self.string(record)?,
            kind: record[10],
            flags: record[11],
            align: word(&record[17..]),
        })
    }

    /// Which of the defined symbols a reference means, and what it is called.
    fn referred(&self, package: u32, index: u32) -> Result<(String, Option<usize>), Error> {
        let place = index as usize;
        let before = |tables: usize| self.counts[..tables].iter().sum::<usize>();
        let defined = match package {
            package::OWN => Some(place),
            package::HASHED64 => Some(before(1).saturating_add(place)),
            package::HASHED => Some(before(2).saturating_add(place)),
            package::NONE if place < self.counts[3] => Some(before(3) + place),
            _ => None,
        };
        if let Some(defined) = defined {
            return Ok((self.symbol(defined)?.name.to_owned(), Some(defined)));
        }
        let name = match package {
            package::NONE => {
                let undefined = place - self.counts[3];
                self.symbol_of(table::UNDEFINED, undefined)?.name.to_owned()
            }
            package::BUILTIN => format!("function {index} of Go's runtime"),
            _ => self.foreign_name(package, index)?,
        };
        Ok((name, None))
    }

    /// The name of a symbol of another package.
    fn foreign_name(&self, package: u32, index: u32) -> Result<String, Error> {
        let names = &self.bytes[self.starts[table::NAMES]..self.starts[table::NAMES + 1]];
        for record in names.chunks_exact(NAME_LEN) {
            if word(record) == package && word(&record[4..]) == index {
                return Ok(self.string(&record[8..])?.to_owned());
            }
        }
        Ok(format!("symbol {index} of package {package}"))
    }

    /// The two entries of an index between which a symbol's own lie.
    fn between(&self, table: usize, symbol: usize) -> Result<std::ops::Range<usize>, Error> {
        let start = word(self.record(table, symbol, 4)?) as usize;
        let end = word(self.record(table, symbol + 1, 4)?) as usize;
        match start <= end {
            true => Ok(start..end),
            false => Err(damaged("an index of it goes backwards")),
        }
    }

    fn data(&self, symbol: usize) -> Result<&'d [u8], Error> {
        let range = self.between(table::DATA_INDEX, symbol)?;
        let all = &self.bytes[self.starts[table::DATA]..self.starts[table::DATA + 1]];
        all.get(range)
            .ok_or_else(|| damaged("a symbol's bytes lie outside of it"))
    }

    fn reference(&self, index: usize) -> Result<Reference, Error> {
        let record = self.record(table::RELOCATIONS, index, RELOCATION_LEN)?;
        let size = record[4];
        let kind = u16::from_le_bytes([record[5], record[6]]);
        let mut addend = [0; 8];
        addend.copy_from_slice(&record[7..15]);
        let (symbol, defined) = self.referred(word(&record[15..]), word(&record[19..]))?;
        let (relocation, fix, bias) = relocation(kind, size);
        Ok(Reference {
            offset: word(record).into(),
            relocation,
            fix,
            symbol,
            target: defined.map(|part| Place {
                part,
                offset: 0,
                is_start: false,
            }),
            addend: i64::from_le_bytes(addend).wrapping_sub(bias),
        })
    }
}

/// A relocation's name, what it writes, and from how far behind its place it counts: cmd/internal/objabi/reloctype.go.
fn relocation(kind: u16, size: u8) -> (String, Option<Fix>, i64) {
    let distance = matches!(size, 1 | 2 | 4 | 8).then_some(Fix::Relative(size));
    let (name, fix) = match kind {
        // What only tells the linker that something is needed takes no place; nor does the mark of an indirect call.
        10 => ("R_CALLIND", Some(Fix::Nothing)),
        _ if size == 0 => ("a mark", Some(Fix::Nothing)),
        1 => ("R_ADDR", None),
        3 => ("R_ADDRARM64", None),
        7 => ("R_CALL", distance),
        9 => ("R_CALLARM64", Some(Fix::Branch26)),
        14 => ("R_PCREL", distance),
        15 => ("R_TLS_LE", None),
        16 => ("R_TLS_IE", None),
        _ => return (format!("relocation {kind}"), None, 0),
    };
    let bias = match fix {
        Some(Fix::Relative(_)) => size.into(),
        _ => 0,
    };
    (name.to_owned(), fix, bias)
}

impl Parts for GoObject<'_> {
    fn machine(&self) -> Result<Machine, Error> {
        match self.machine {
            "amd64" => Ok(Machine::X86_64),
            "386" => Ok(Machine::X86),
            "arm64" => Ok(Machine::Aarch64),
            other => Err(Error::Machine {
                machine: format!("`{other}`"),
            }),
        }
    }

    fn functions(&self) -> Result<Vec<Function>, Error> {
        let mut functions = Vec::new();
        for part in 0..self.counts.iter().sum() {
            let symbol = self.symbol(part)?;
            if symbol.kind == TEXT {
                functions.push(Function {
                    name: symbol.name.to_owned(),
                    part,
                    range: 0..self.data(part)?.len() as u64,
                    padded: false,
                    global: symbol.flags & LOCAL == 0,
                    indirect: false,
                });
            }
        }
        Ok(functions)
    }

    fn part(&self, index: usize) -> Result<Part<'_>, Error> {
        let symbol = self.symbol(index)?;
        let references = self.between(table::RELOCATION_INDEX, index)?;
        let references = references.map(|index| self.reference(index));
        Ok(Part {
            name: symbol.name.to_owned(),
            bytes: self.data(index)?,
            align: symbol.align.into(),
            kind: match symbol.kind {
                TEXT => PartKind::Code,
                CONSTANT => PartKind::Constants,
                _ => PartKind::Other("a variable, and code cannot write to its own memory"),
            },
            references: references.collect::<Result<_, _>>()?,
        })
    }
}

/// The line of text, and the object from its header on.
fn split(file: &[u8]) -> Option<(&[u8], &[u8])> {
    if !file.starts_with(b"go object ") {
        return None;
    }
    let start = &file[..file.len().min(MAX_TEXT)];
    let end = start
        .windows(TEXT_ENDS.len())
        .position(|it| it == TEXT_ENDS)?;
    let header = end + TEXT_ENDS.len();
    file[header..]
        .starts_with(b"\0go1")
        .then(|| (&file[..end], &file[header..]))
}

fn word(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn damaged(what: &str) -> Error {
    Error::Damaged {
        what: what.to_owned(),
    }
}
