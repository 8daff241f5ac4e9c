//! Putting together the bytes that belong to a function, and filling in the distances between them.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::Error;
use super::parts::{Fix, Function, Part, PartKind, Parts, Place, Reference};
use super::reach;

/// No function needs more; functions of a damaged file that all overlap could.
const MAX_BYTES: usize = 256 << 20;

/// What is put after what it is referred to by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Company {
    /// Nothing: a reference to anything else is refused.
    None,
    /// The constants and functions of the file that it needs, and what those need.
    Needed,
}

/// A run of bytes of a part, and where it was put.
struct Piece<'d> {
    part: Rc<Part<'d>>,
    index: usize,
    /// Which bytes of the part.
    range: Range<u64>,
    /// Where they begin in the result.
    at: usize,
}

impl Piece<'_> {
    fn len(&self) -> usize {
        (self.range.end - self.range.start) as usize
    }

    /// Where a place of the part is in the result; it may lie outside, as the start of a section can.
    fn put(&self, offset: u64) -> i64 {
        (offset as i64)
            .wrapping_sub(self.range.start as i64)
            .wrapping_add(self.at as i64)
    }

    /// The references in it.
    fn references(&self) -> impl Iterator<Item = &Reference> {
        let inside = |reference: &&Reference| self.range.contains(&reference.offset);
        self.part.references.iter().filter(inside)
    }
}

/// Bytes that are being put together.
pub(super) struct Gathering<'d> {
    parts: &'d dyn Parts,
    company: Company,
    pieces: Vec<Piece<'d>>,
    bytes: Vec<u8>,
    /// What of the file was read, and all of its functions where one was looked for.
    read: HashMap<usize, Rc<Part<'d>>>,
    functions: OnceCell<Vec<Function>>,
}

impl<'d> Gathering<'d> {
    pub(super) fn new(parts: &'d dyn Parts, company: Company) -> Gathering<'d> {
        Gathering {
            parts,
            company,
            pieces: Vec::new(),
            bytes: Vec::new(),
            read: HashMap::new(),
            functions: OnceCell::new(),
        }
    }

    fn part(&mut self, index: usize) -> Result<Rc<Part<'d>>, Error> {
        if let Some(part) = self.read.get(&index) {
            return Ok(part.clone());
        }
        let part = Rc::new(self.parts.part(index)?);
        self.read.insert(index, part.clone());
        Ok(part)
    }

    /// The function at a place.
    fn function_at(&self, part: usize, offset: u64) -> Result<Option<&Function>, Error> {
        let functions = match self.functions.get() {
            Some(functions) => functions,
            None => {
                let functions = self.parts.functions()?;
                self.functions.get_or_init(|| functions)
            }
        };
        let found = functions
            .iter()
            .filter(|it| it.part == part && it.range.contains(&offset));
        // Of several names for one place the global one is what people know.
        Ok(found.max_by_key(|it| (it.global, it.range.start)))
    }

    /// Appends a run of bytes.
    pub(super) fn add(&mut self, index: usize, range: Range<u64>) -> Result<(), Error> {
        let part = self.part(index)?;
        let bytes = part.bytes.get(range.start as usize..range.end as usize);
        let bytes = bytes.filter(|_| range.end <= part.bytes.len() as u64);
        let bytes = bytes.ok_or_else(|| Error::Damaged {
            what: format!("a symbol lies outside of its section `{}`", part.name),
        })?;
        if self.bytes.len() + bytes.len() > MAX_BYTES {
            return Err(Error::Damaged {
                what: format!("a function of it needs more than {MAX_BYTES} bytes"),
            });
        }
        // No instruction asks for more than 64, and a damaged file for anything.
        let align = part.align.clamp(1, 64) as usize;
        let at = match self.bytes.len() {
            0 => 0,
            len => len.next_multiple_of(align),
        };
        self.bytes.resize(at, 0);
        self.bytes.extend_from_slice(bytes);
        self.pieces.push(Piece {
            part,
            index,
            range,
            at,
        });
        Ok(())
    }

    /// Fills in all distances, for which further pieces may be needed, and checks that nothing else is referred to.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Error> {
        let machine = self.parts.machine()?;
        let mut done = 0;
        while done < self.pieces.len() {
            let references: Vec<_> = self.pieces[done].references().cloned().collect();
            for reference in references {
                self.resolve(done, &reference)?;
            }
            done += 1;
        }
        for piece in &self.pieces {
            // What an assembler fills in lies in the same section.
            let whole = piece.len() == piece.part.bytes.len();
            if piece.part.kind == PartKind::Code && !whole {
                let code = &self.bytes[piece.at..piece.at + piece.len()];
                let filled: Vec<_> = piece
                    .references()
                    .map(|reference| (reference.offset - piece.range.start) as usize)
                    .collect();
                let start = piece.range.start as i64;
                let within = -start..piece.part.bytes.len() as i64 - start;
                reach::check(machine, code, &filled, within)
                    .map_err(|stray| self.stray(piece, stray))?;
            }
        }
        Ok(self.bytes)
    }

    fn resolve(&mut self, piece: usize, reference: &Reference) -> Result<(), Error> {
        let place = self.pieces[piece].put(reference.offset);
        let refuse = |reason| Error::Relocation {
            kind: reference.relocation.clone(),
            offset: place as u64,
            symbol: reference.symbol.clone(),
            reason,
        };
        let fix = reference
            .fix
            .ok_or_else(|| refuse("whose address has to be known"))?;
        if fix == Fix::Nothing {
            return Ok(());
        }
        let target = reference
            .target
            .ok_or_else(|| refuse("which is not in this file"))?;
        let holder = self.holder(piece, reference, target, fix);
        let holder = match holder {
            Some(holder) => holder,
            None if self.company == Company::Needed => {
                self.bring(reference, target, fix)
                    .map_err(|why| match why {
                        Ok(reason) => refuse(reason),
                        Err(error) => error,
                    })?
            }
            None => return Err(refuse("which is not part of the function")),
        };
        let distance = self.pieces[holder]
            .put(target.offset)
            .wrapping_add(reference.addend)
            .wrapping_sub(place);
        fill(&mut self.bytes, place as usize, fix, distance).map_err(refuse)
    }

    /// The piece that holds what is referred to.
    fn holder(&self, from: usize, reference: &Reference, target: Place, fix: Fix) -> Option<usize> {
        let mut holders = (0..self.pieces.len()).filter(|&it| self.pieces[it].index == target.part);
        let of_code = |it: usize| self.pieces[it].part.kind == PartKind::Code;
        // Constants are taken as a whole. And each entry of a table of distances counts from the table's start, so that its
        // addend says nothing by itself.
        let first = holders.next()?;
        if !of_code(first) || target.is_start && !of_code(from) {
            return Some(first);
        }
        let mut holders = std::iter::once(first).chain(holders);
        if !target.is_start {
            return holders.find(|&it| self.pieces[it].range.contains(&target.offset));
        }
        let exact = exact(reference, target, fix);
        holders.find(|&it| {
            let range = &self.pieces[it].range;
            (range.start as i64..=range.end as i64).contains(&exact)
        })
    }

    /// Appends what is referred to; if that may not be, why.
    fn bring(
        &mut self,
        reference: &Reference,
        target: Place,
        fix: Fix,
    ) -> Result<usize, Result<&'static str, Error>> {
        const NO_FUNCTION: &str = "which is not the start of a function";
        let part = self.part(target.part).map_err(Err)?;
        let range = match part.kind {
            PartKind::Other(reason) => return Err(Ok(reason)),
            PartKind::Constants => 0..part.bytes.len() as u64,
            PartKind::Code => {
                let start = match target.is_start {
                    true => {
                        u64::try_from(exact(reference, target, fix)).map_err(|_| Ok(NO_FUNCTION))?
                    }
                    false => target.offset,
                };
                let found = self.function_at(target.part, start).map_err(Err)?;
                let function = found.filter(|it| it.range.start == start);
                function.ok_or(Ok(NO_FUNCTION))?.range.clone()
            }
        };
        self.add(target.part, range).map_err(Err)?;
        Ok(self.pieces.len() - 1)
    }

    /// What is said of an instruction that goes elsewhere.
    fn stray(&self, piece: &Piece<'_>, stray: reach::Stray) -> Error {
        let named = stray.target.and_then(|target| {
            let offset = (piece.range.start as i64).checked_add(target)?;
            let offset = u64::try_from(offset).ok()?;
            self.function_at(piece.index, offset).ok()?
        });
        let target = match (named, stray.target) {
            (Some(function), _) => format!("`{}`", function.name),
            (None, Some(target)) if target < 0 => {
                format!("what is {:#x} bytes before its start", -target)
            }
            (None, Some(target)) => format!("what is {target:#x} bytes after its start"),
            (None, None) => "a page of memory, counted from its own".to_owned(),
        };
        Error::Leaves {
            offset: (piece.at + stray.at) as u64,
            target,
        }
    }
}

/// Where a reference by the start of a section leads: distances count from the end of the field, or from a little further on
/// where a constant follows it.
fn exact(reference: &Reference, target: Place, fix: Fix) -> i64 {
    (target.offset as i64)
        .wrapping_add(reference.addend)
        .wrapping_add(match fix {
            Fix::Branch26 => 0,
            _ => fix.bytes() as i64,
        })
}

/// Writes a distance.
fn fill(bytes: &mut [u8], at: usize, fix: Fix, distance: i64) -> Result<(), &'static str> {
    const TOO_FAR: &str = "which is too far away";
    const CUT_OFF: &str = "and the function ends before it does";
    let width = fix.bytes();
    let field = at
        .checked_add(width)
        .and_then(|end| bytes.get_mut(at..end))
        .ok_or(CUT_OFF)?;
    match fix {
        Fix::Nothing => {}
        Fix::Relative(_) | Fix::Load => {
            let spare = 64 - 8 * width as u32;
            if distance << spare >> spare != distance {
                return Err(TOO_FAR);
            }
            field.copy_from_slice(&distance.to_le_bytes()[..width]);
        }
        Fix::Branch26 => {
            if distance % 4 != 0 || distance << 36 >> 36 != distance {
                return Err(TOO_FAR);
            }
            let opcode =
                u32::from_le_bytes([field[0], field[1], field[2], field[3]]) & !0x03ff_ffff;
            let word = opcode | (distance >> 2) as u32 & 0x03ff_ffff;
            field.copy_from_slice(&word.to_le_bytes());
        }
    }
    match fix {
        Fix::Load => relax(bytes, at),
        _ => Ok(()),
    }
}

/// Turns a load from the table of addresses into the address itself, as linkers do for what is near: x86-64 psABI, B.2.
fn relax(bytes: &mut [u8], at: usize) -> Result<(), &'static str> {
    const UNKNOWN: &str = "through a table of addresses";
    let start = at.checked_sub(2).ok_or(UNKNOWN)?;
    match bytes[start..at] {
        // mov reg, [rip + x] -> lea reg, [rip + x]
        [0x8b, modrm] if modrm & 0xc7 == 0x05 => bytes[start] = 0x8d,
        // call [rip + x] -> addr32 call x
        [0xff, 0x15] => bytes[start..at].copy_from_slice(&[0x67, 0xe8]),
        // jmp [rip + x] -> jmp x; nop. The distance moves forward by a byte, and is counted from one less.
        [0xff, 0x25] => {
            let distance = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
            let distance = i32::from_le_bytes(distance).wrapping_add(1);
            bytes[start] = 0xe9;
            bytes[start + 1..at + 3].copy_from_slice(&distance.to_le_bytes());
            bytes[at + 3] = 0x90;
        }
        _ => return Err(UNKNOWN),
    }
    Ok(())
}
