//! Damaged and hostile files: each gives an error that names the fault, never a panic.

use super::*;

fn sample() -> Vec<u8> {
    let mut writer = Writer::new();
    writer.section("about", b"a name and more");
    writer.section("object.0", &[0x7f; 40]);
    writer.section("empty", b"");
    writer.finish()
}

/// A file whose checksum is right, with this after the header.
fn sealed(sections: &[u8]) -> Vec<u8> {
    let mut file = Writer::new().bytes;
    file.extend(sections);
    seal(&mut file);
    file
}

fn section(data_size: u64, name_size: u32, rest: &[u8]) -> Vec<u8> {
    let mut section = data_size.to_le_bytes().to_vec();
    section.extend(name_size.to_le_bytes());
    section.extend([0; 4]);
    section.extend(rest);
    section
}

fn message(file: &[u8]) -> String {
    Container::read(file).unwrap_err().to_string()
}

#[test]
fn sections_come_back_in_order_without_a_copy_and_aligned() {
    let file = sample();
    let container = Container::read(&file).unwrap();
    let names: Vec<&str> = container.sections().map(|(name, _)| name).collect();
    assert_eq!(names, ["about", "object.0", "empty"]);
    assert_eq!(container.section("about").unwrap(), b"a name and more");
    let object = container.section("object.0").unwrap();
    assert_eq!(object, [0x7f; 40]);
    assert_eq!((object.as_ptr().addr() - file.as_ptr().addr()) % 16, 0);
    assert_eq!(container.section("empty").unwrap(), b"");
    assert_eq!(
        container.section("object.1").unwrap_err().to_string(),
        "it has no section `object.1`"
    );
}

#[test]
fn an_empty_container_is_one() {
    let file = Writer::new().finish();
    assert_eq!(Container::read(&file).unwrap().sections().count(), 0);
}

#[test]
fn every_flipped_bit_is_noticed() {
    let file = sample();
    for at in 0..file.len() {
        for bit in 0..8 {
            let mut damaged = file.clone();
            damaged[at] ^= 1 << bit;
            let found = Container::read(&damaged).unwrap_err();
            let expected = match at {
                0..8 => found == Damage::Foreign,
                8..12 => matches!(found, Damage::Version { .. }),
                _ => found == Damage::Checksum,
            };
            assert!(expected, "byte {at}, bit {bit}: {found}");
        }
    }
}

#[test]
fn every_shorter_or_longer_file_is_refused() {
    let file = sample();
    for size in 0..file.len() {
        let found = Container::read(&file[..size]).unwrap_err();
        let expected = match size {
            0..HEADER => matches!(found, Damage::CutOff { .. }),
            _ => found == Damage::Checksum,
        };
        assert!(expected, "{size} bytes: {found}");
    }
    for more in 1..40 {
        let mut longer = file.clone();
        longer.resize(file.len() + more, 0);
        assert_eq!(Container::read(&longer).unwrap_err(), Damage::Checksum);
    }
}

#[test]
fn what_is_wrong_is_said() {
    assert_eq!(message(b"\x7fELF"), "it is not a file that jitney wrote");
    assert_eq!(
        message(b"\x7fjitney"),
        "it is cut off: its header does not end within its 7 bytes"
    );
    let mut newer = sample();
    newer[8] = 9;
    assert_eq!(
        message(&newer),
        "it has format version 9, and this jitney reads version 2"
    );
    let mut changed = sample();
    changed[70] ^= 1;
    assert!(message(&changed).starts_with("its checksum is wrong"));
}

#[test]
fn a_right_checksum_vouches_for_nothing_else() {
    let huge = u64::MAX;
    let filled = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes.resize(bytes.len().next_multiple_of(16), 0);
        bytes
    };
    let two = [section(0, 1, &filled(b"a")), section(0, 1, &filled(b"a"))].concat();
    let mut flagged = section(0, 1, &filled(b"a"));
    flagged[12] = 1;
    for (sections, expected) in [
        (section(huge, 1, b""), "the section at byte 48"),
        (section(huge - 64, 1, b""), "the section at byte 48"),
        (section(huge / 2, 1, b""), "the section at byte 48"),
        (section(17, 1, &[0; 16]), "the section at byte 48"),
        (section(0, 1, b"a"), "the section at byte 48"),
        (section(0, 0, b""), "0 bytes cannot be the size of the name"),
        (section(0, u32::MAX, b""), "cannot be the size of the name"),
        (section(0, 1, &filled(b"\xff")), "the name is not UTF-8"),
        (section(0, 1, &filled(b"ab")), "are not zero"),
        (vec![0; 7], "the header of the section at byte 48"),
        (vec![0; 15], "the header of the section at byte 48"),
        (two, "two sections of the name `a`"),
        (flagged, "unknown flags"),
    ] {
        let found = message(&sealed(&sections));
        assert!(found.contains(expected), "{found}");
    }
}

#[test]
fn no_sealed_bytes_make_it_panic() {
    let mut numbers = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        numbers ^= numbers << 13;
        numbers ^= numbers >> 7;
        numbers ^= numbers << 17;
        numbers
    };
    let whole = sample();
    let mut read = 0;
    for _ in 0..20_000 {
        let mut file = whole.clone();
        for _ in 0..1 + next() % 4 {
            let at = HEADER + next() as usize % (file.len() - HEADER);
            // Small numbers and borders get further than others.
            file[at] = [0, 1, 16, 255, next() as u8][next() as usize % 5];
        }
        file.truncate(HEADER + next() as usize % (2 * whole.len()));
        seal(&mut file);
        if let Ok(container) = Container::read(&file) {
            read += 1;
            let held: usize = container.sections().map(|(_, data)| data.len()).sum();
            assert!(held < file.len());
        }
    }
    assert!(read > 0, "some of them are well-formed");
}
