//! The unwind table of an image: the entries of the code that it holds, relocated, and proven to be
//! what the unwinder expects.
//!
//! The unwinder trusts a registered table entirely: it aborts the process over a pointer encoding
//! that it does not know, and takes an entry for a far address at its word. So what was written is
//! checked here, after relocation, whatever the object's own bytes looked like.
//!
//! Format: Linux Standard Base, "Exception Frames",
//! <https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/ehframechpt.html>.

use std::ops::Range;

/// How the entries of one CIE give the addresses that they cover: relative to the entry, in four
/// bytes or in eight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pointers {
    Four,
    Eight,
}

const DW_EH_PE_PCREL_SDATA4: u8 = 0x1b;
const DW_EH_PE_PCREL_SDATA8: u8 = 0x1c;

/// Checks a CIE as it will be registered.
///
/// # Errors
/// What the unwinder would not understand.
pub(crate) fn check_cie(bytes: &[u8]) -> Result<Pointers, String> {
    check_length(bytes)?;
    if bytes[4..8] != [0; 4] {
        return Err("a CIE whose second word is not zero".into());
    }
    let encoding = pointer_encoding(bytes).ok_or("a CIE of an unknown form")?;
    match encoding {
        DW_EH_PE_PCREL_SDATA4 => Ok(Pointers::Four),
        DW_EH_PE_PCREL_SDATA8 => Ok(Pointers::Eight),
        other => Err(format!(
            "a CIE whose entries give addresses as {other:#x}, not relative"
        )),
    }
}

/// Checks an FDE as it will be registered at `address`, for a function in the section at `code`.
/// Returns whether it covers anything: functions that can never be reached are empty, and so are
/// their entries.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check_fde(
    bytes: &[u8],
    address: u64,
    pointers: Pointers,
    code: Range<u64>,
) -> Result<bool, String> {
    check_length(bytes)?;
    let too_short = || "an FDE that is too short".to_owned();
    let (distance, len) = match pointers {
        Pointers::Four => {
            let (distance, len) = words::<4>(bytes).ok_or_else(too_short)?;
            (
                i64::from(i32::from_le_bytes(distance)),
                u64::from(u32::from_le_bytes(len)),
            )
        }
        Pointers::Eight => {
            let (distance, len) = words::<8>(bytes).ok_or_else(too_short)?;
            (i64::from_le_bytes(distance), u64::from_le_bytes(len))
        }
    };
    let start = address.wrapping_add(8).wrapping_add_signed(distance);
    let inside = start >= code.start && start <= code.end && len <= code.end - start;
    if !inside {
        return Err(format!(
            "an FDE for {len} bytes that are not in the section it is for"
        ));
    }
    Ok(len > 0)
}

fn check_length(bytes: &[u8]) -> Result<(), String> {
    let len = bytes
        .first_chunk()
        .map(|word| u32::from_le_bytes(*word) as usize + 4);
    if len != Some(bytes.len()) || bytes.len() < 8 {
        return Err("an entry whose length changed when it was relocated".into());
    }
    Ok(())
}

/// The two values after an FDE's first two words.
fn words<const N: usize>(bytes: &[u8]) -> Option<([u8; N], [u8; N])> {
    let (start, rest) = bytes.get(8..)?.split_first_chunk()?;
    Some((*start, *rest.first_chunk()?))
}

/// How a CIE's entries encode addresses, from its augmentation.
fn pointer_encoding(cie: &[u8]) -> Option<u8> {
    let mut rest = cie.get(8..)?;
    let version = take(&mut rest)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    let (augmentation, after) = (&rest[..end], &rest[end + 1..]);
    rest = after;
    skip_leb128(&mut rest)?; // code alignment
    skip_leb128(&mut rest)?; // data alignment
    match version {
        1 => take(&mut rest).map(drop)?, // return address register
        3 => skip_leb128(&mut rest)?,
        _ => return None,
    }
    let letters = augmentation.strip_prefix(b"z")?;
    skip_leb128(&mut rest)?; // augmentation length
    let mut encoding = None;
    for letter in letters {
        match letter {
            b'R' => encoding = Some(take(&mut rest)?),
            b'L' => take(&mut rest).map(drop)?,
            b'P' => {
                let size = pointer_size(take(&mut rest)?)?;
                rest = rest.get(size..)?;
            }
            b'S' | b'B' => {}
            _ => return None,
        }
    }
    encoding
}

/// How many bytes a pointer of an encoding takes.
fn pointer_size(encoding: u8) -> Option<usize> {
    // 0x50 means aligned to the machine's word, which depends on where it stands.
    match encoding & 0x0f {
        _ if encoding & 0x70 == 0x50 => None,
        0x00 | 0x04 | 0x0c => Some(8),
        0x03 | 0x0b => Some(4),
        0x02 | 0x0a => Some(2),
        _ => None,
    }
}

fn take(rest: &mut &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    Some(*first)
}

fn skip_leb128(rest: &mut &[u8]) -> Option<()> {
    while take(rest)? & 0x80 != 0 {}
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{Pointers, check_cie, check_fde};

    // What `objdump -s -j .eh_frame` shows of a function that gcc compiled, relocated by hand.
    const CIE: [u8; 24] = [
        0x14, 0, 0, 0, 0, 0, 0, 0, 1, b'z', b'R', 0, 1, 0x78, 0x10, 1, 0x1b, 0x0c, 7, 8, 0x90, 1,
        0, 0,
    ];

    fn fde(distance: i32, len: u32) -> Vec<u8> {
        let mut bytes = vec![0x10, 0, 0, 0, 0x1c, 0, 0, 0];
        bytes.extend(distance.to_le_bytes());
        bytes.extend(len.to_le_bytes());
        bytes.extend([0; 4]);
        bytes
    }

    #[test]
    fn a_compilers_own_entries_pass() {
        assert_eq!(check_cie(&CIE), Ok(Pointers::Four));
        // The entry is at 0x2000, its distance word at 0x2008, the code at 0x1000.
        let code = 0x1000..0x1010;
        assert_eq!(
            check_fde(&fde(-0x1008, 0x10), 0x2000, Pointers::Four, code.clone()),
            Ok(true)
        );
        assert_eq!(
            check_fde(&fde(-0x1008, 0), 0x2000, Pointers::Four, code),
            Ok(false)
        );
    }

    #[test]
    fn an_entry_for_other_code_is_refused() {
        for (distance, len) in [
            (-0x1008, 0x11),
            (-0x1009, 1),
            (-0xff7, 1),
            (i32::MAX, 1),
            (i32::MIN, u32::MAX),
        ] {
            let result = check_fde(&fde(distance, len), 0x2000, Pointers::Four, 0x1000..0x1010);
            assert!(result.is_err(), "{distance} {len} gave {result:?}");
        }
    }

    #[test]
    fn every_cut_and_every_other_encoding_is_refused() {
        for len in 0..CIE.len() {
            assert!(check_cie(&CIE[..len]).is_err(), "cut to {len}");
            let mut short = CIE[..len].to_vec();
            if len >= 4 {
                short[0] = len as u8 - 4;
            }
            assert!(len > 16 || check_cie(&short).is_err(), "shortened to {len}");
        }
        for encoding in (0..=255).filter(|encoding| ![0x1b, 0x1c].contains(encoding)) {
            let mut cie = CIE;
            cie[16] = encoding;
            assert!(check_cie(&cie).is_err(), "encoding {encoding:#x}");
        }
        for len in 0..20 {
            let mut short = fde(-0x1008, 1)[..len].to_vec();
            if len >= 4 {
                short[0] = len as u8 - 4;
            }
            let result = check_fde(&short, 0x2000, Pointers::Four, 0x1000..0x1010);
            assert_eq!(result.is_ok(), len >= 16, "shortened to {len}: {result:?}");
        }
    }
}
