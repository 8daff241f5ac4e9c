//! Code built with labels is what an assembler makes of the same program.

#[cfg(all(feature = "assemble", target_os = "linux", target_arch = "x86_64"))]
mod tools;

use jitney_raw::assembler::{Assembler, Error, Field};

#[test]
#[cfg(all(feature = "assemble", target_os = "linux", target_arch = "x86_64"))]
fn as_gnu_as_has_it() {
    if !tools::has("as") {
        return;
    }
    let folder = tools::Folder::new();
    folder.write(
        "text.s",
        ".intel_syntax noprefix
        again: dec ecx
        jz done
        cmp dword ptr [rip + number], 7
        mov word ptr [rip + number], 0x1234
        .byte 0xe9
        .long away - . - 4
        call again
        jmp again
        done: ret
        .balign 16, 0xcc
        .fill 200, 1, 0x90
        away: lea rsi, [rip + text]
        ret
        .balign 8, 0
        number: .quad 5
        text: .ascii \"Hello\"",
    );
    folder.run("as text.s -o text.o");
    let mut code = Assembler::new();
    let (again, done, away) = (code.label(), code.label(), code.named_label("away"));
    let number = code.data(8, &5_u64.to_le_bytes());
    let text = code.data(1, b"Hello");
    code.bind(again).bytes(&[0xff, 0xc9]);
    code.u8(0x74).relative8(done);
    code.bytes(&[0x83, 0x3d]).relative32_before(number, 1).u8(7);
    code.bytes(&[0x66, 0xc7, 0x05])
        .relative32_before(number, 2)
        .u16(0x1234);
    code.u8(0xe9).relative32(away);
    code.u8(0xe8).relative32(again);
    code.u8(0xeb).relative8(again);
    code.bind(done).u8(0xc3).align(16, 0xcc).bytes(&[0x90; 200]);
    code.bind(away)
        .bytes(&[0x48, 0x8d, 0x35])
        .relative32(text)
        .u8(0xc3);
    assert_eq!(code.finish().unwrap(), folder.section("text.o", ".text"));
}

#[test]
#[cfg(all(feature = "assemble", target_os = "linux", target_arch = "x86_64"))]
fn as_rustc_has_it_for_aarch64() {
    let text = "again: cbz x0, done
        sub x0, x0, #1
        tbnz w0, #3, away
        adr x1, odd
        ldr x2, number
        b.ne again
        bl again
        done: ret
        away: b done
        number: .quad 77
        .byte 1
        odd: .byte 2
        .byte 3, 4";
    let theirs = jitney_raw::assemble::Assembly::new(text).target("aarch64-unknown-linux-gnu");
    let theirs = match theirs.bytes() {
        Ok(theirs) => theirs,
        Err(error) => return eprintln!("skipped: {error}"),
    };
    let mut code = Assembler::new();
    let [again, done, away, number, odd] = std::array::from_fn(|_| code.label());
    code.bind(again).word(0xb400_0000, Field::Imm19, done);
    code.u32(0xd100_0400);
    code.word(0x3718_0000, Field::Imm14, away);
    code.word(0x1000_0001, Field::Adr, odd);
    code.word(0x5800_0002, Field::Imm19, number);
    code.word(0x5400_0001, Field::Imm19, again);
    code.word(0x9400_0000, Field::Imm26, again);
    code.bind(done).u32(0xd65f_03c0);
    code.bind(away).word(0x1400_0000, Field::Imm26, done);
    code.bind(number).u64(77).u8(1).bind(odd).u8(2).u16(0x0403);
    assert_eq!(code.finish().unwrap(), theirs);
}

#[test]
fn short_jumps_reach_as_far_as_a_byte_says() {
    // From the end of the jump: 127 bytes on, and 128 back.
    for (gap, reaches) in [(127, true), (128, false)] {
        let mut code = Assembler::new();
        let end = code.label();
        code.u8(0xeb)
            .relative8(end)
            .bytes(&vec![0x90; gap])
            .bind(end);
        assert_eq!(code.finish().is_ok(), reaches, "{gap}");
    }
    for (gap, reaches) in [(126, true), (127, false)] {
        let mut code = Assembler::new();
        let start = code.label();
        code.bind(start)
            .bytes(&vec![0x90; gap])
            .u8(0xeb)
            .relative8(start);
        assert_eq!(code.finish().is_ok(), reaches, "{gap}");
    }
}

#[test]
fn fields_of_aarch64_reach_as_far_as_they_say() {
    let ends = [
        (Field::Imm14, 1_usize << 15),
        (Field::Imm19, 1 << 20),
        (Field::Adr, 1 << 20),
        (Field::Imm26, 1 << 27),
    ];
    for (field, reach) in ends {
        for (distance, fits) in [(reach - 4, true), (reach, false)] {
            let mut code = Assembler::new();
            let end = code.label();
            code.word(0, field, end).align(distance, 0).bind(end);
            // The next multiple of the distance is the distance itself.
            let finished = code.finish();
            assert_eq!(finished.is_ok(), fits, "{field:?} {distance}");
        }
    }
}

#[test]
fn what_is_wrong_is_said_with_the_label() {
    let mut code = Assembler::new();
    let (known, unknown) = (code.label(), code.named_label("somewhere"));
    code.bind(known).u8(0xeb).relative8(unknown);
    let told = code.finish().unwrap_err().to_string();
    assert_eq!(
        told,
        "the code at offset 0x1 refers to label somewhere, which was never bound"
    );
    code.bind(unknown).bind(known);
    assert_eq!(
        code.finish().unwrap_err().to_string(),
        "label number 0 was bound twice"
    );
    let mut code = Assembler::new();
    let end = code.named_label("end");
    code.u8(0xeb).relative8(end).bytes(&[0; 1000]).bind(end);
    assert_eq!(
        code.finish().unwrap_err().to_string(),
        "label end is 1000 bytes away from the code at offset 0x1, which its field cannot say; use a wider form of the instruction"
    );
    let mut code = Assembler::new();
    let odd = code.label();
    code.word(0x1400_0000, Field::Imm26, odd).u8(0).bind(odd);
    assert!(matches!(
        code.finish(),
        Err(Error::TooFar { distance: 5, .. })
    ));
}

#[test]
fn an_address_needs_a_place() {
    let mut code = Assembler::new();
    let text = code.data(4, b"text");
    code.bytes(&[0x48, 0xb8]).address64(text).u8(0xc3);
    assert!(matches!(
        code.finish(),
        Err(Error::NeedsAddress { offset: 2, .. })
    ));
    let placed = code.finish_at(0x7000_1000).unwrap();
    // After 11 bytes of code, at a multiple of 4.
    assert_eq!(placed[2..10], 0x7000_100c_u64.to_le_bytes());
    assert_eq!(&placed[12..], b"text");
}
