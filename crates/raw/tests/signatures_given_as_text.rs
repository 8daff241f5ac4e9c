//! Signatures read from texts: what a compiler's function gets is what was written, memory is laid out as the compiler
//! does, and no text or value does harm.

use jitney_raw::{
    Abi,
    signature::{Error, Signature, Type, Value},
};

/// What a call of a function of the compiler's gives back and leaves in memory, as texts.
fn called(signature: &str, texts: &[&str], address: usize) -> Vec<String> {
    let signature = Signature::parse(signature).unwrap();
    let values = signature.values(texts).unwrap();
    let mut memory = vec![0u128; signature.memory_len(&values).div_ceil(16)];
    let base = memory.as_mut_ptr().expose_provenance();
    // SAFETY: plain bytes.
    let bytes =
        unsafe { std::slice::from_raw_parts_mut(memory.as_mut_ptr().cast(), memory.len() * 16) };
    let mut frame = signature.lay_out(Abi::C, &values, bytes, base).unwrap();
    // SAFETY: the function has this signature.
    unsafe { frame.call(address, Abi::C) };
    let result = signature.returned(Abi::C, &frame);
    result
        .into_iter()
        .chain(signature.written(&values, bytes))
        .map(|value| value.to_string())
        .collect()
}

#[test]
fn a_struct_lies_as_the_compiler_lays_it() {
    #[repr(C)]
    struct Fields {
        a: i8,
        b: f64,
        c: u16,
        d: bool,
        e: u64,
        f: f32,
        g: *const u8,
        h: i32,
    }
    extern "C" fn turn(fields: &mut Fields, by: i8) -> f64 {
        fields.a += by;
        fields.c = !fields.c;
        fields.d = !fields.d;
        fields.e <<= 1;
        fields.f = -fields.f;
        fields.g = fields.g.wrapping_add(1);
        fields.h *= 2;
        fields.b
    }
    let shown = called(
        "fn(fields: &mut {i8, f64, u16, bool, u64, f32, *const c_char, i32}, by: i8) -> f64",
        &[
            "-1",
            "2.5",
            "1",
            "false",
            "0x4000000000000000",
            "0.5",
            "0x10",
            "-7",
            "3",
        ],
        turn as extern "C" fn(&mut Fields, i8) -> f64 as usize,
    );
    assert_eq!(
        shown,
        [
            "2.5",
            "{2, 2.5, 65534, true, 9223372036854775808, -0.5, 0x11, -14}"
        ]
    );
}

#[test]
fn texts_and_slices_are_pointed_to() {
    extern "C" fn count(
        text: *const std::ffi::c_char,
        letter: u8,
        places: *mut u32,
        len: usize,
    ) -> u32 {
        // SAFETY: it is called with a text and with memory for so many numbers.
        let (text, places) = unsafe {
            (
                std::ffi::CStr::from_ptr(text),
                std::slice::from_raw_parts_mut(places, len),
            )
        };
        let found = text
            .to_bytes()
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == letter);
        found
            .zip(places)
            .map(|((at, _), place)| *place += at as u32)
            .count() as u32
    }
    let shown = called(
        "fn(*const std::ffi::c_char, u8, &mut [u32], usize) -> u32",
        &["raw machine code", "97", "[100, 200, 300]", "3"],
        count as extern "C" fn(_, _, _, _) -> u32 as usize,
    );
    assert_eq!(shown, ["2", "[101, 205, 300]"]);
}

#[test]
fn what_was_read_can_be_looked_at() {
    let signature = Signature::parse(" fn ( a : f64,b:&[ u8 ],*mut*const u16 , ) ->i8 ").unwrap();
    let named: Vec<_> = signature.parameters().iter().map(Type::to_string).collect();
    assert_eq!(named, ["f64", "&[u8]", "*mut*const u16"]);
    assert_eq!(signature.result(), Some(&Type::I8));
    assert_eq!(Signature::parse("fn() -> ()").unwrap().result(), None);
    assert_eq!(
        signature.values(&["1", "[]", "0"]).unwrap()[1],
        Value::Slice(vec![])
    );
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let signature = Signature::parse("fn(i32, &{f64, u8})").unwrap();
    let fields = Value::Struct(vec![Value::F64(1.0), Value::U8(2)]);
    let lay_out = |values: &[Value], len| {
        signature
            .lay_out(Abi::C, values, &mut vec![0; len], 16)
            .map(drop)
    };
    assert_eq!(lay_out(&[Value::I32(1), fields.clone()], 9), Ok(()));
    assert_eq!(
        lay_out(&[Value::I32(1), fields.clone()], 8),
        Err(Error::Memory {
            needed: 9,
            given: 8
        })
    );
    assert_eq!(
        lay_out(&[Value::I32(1)], 9),
        Err(Error::Count {
            wanted: 2,
            given: 1
        })
    );
    for wrong in [
        [Value::U32(1), fields.clone()],
        [fields.clone(), fields],
        [Value::I32(1), Value::Struct(vec![Value::F64(1.0)])],
        [
            Value::I32(1),
            Value::Struct(vec![Value::F64(1.0), Value::Bool(true)]),
        ],
        [Value::I32(1), Value::Slice(vec![])],
    ] {
        assert!(
            matches!(lay_out(&wrong, 64), Err(Error::Value { .. })),
            "{wrong:?}"
        );
    }
}

#[test]
fn no_text_does_harm() {
    const WORDS: [&str; 24] = [
        "fn", "(", ")", "->", ",", "&", "mut", "{", "}", "[", "]", "*", "const", "c_char", "u8",
        "f64", ":", "x", " ", "()", "ä", "\0", "str", "-",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for _ in 0..20_000 {
        let mut text = if next(2) == 0 {
            "fn(".to_owned()
        } else {
            String::new()
        };
        (0..next(12)).for_each(|_| text += WORDS[next(WORDS.len())]);
        match Signature::parse(&text) {
            Ok(signature) => drop(signature.values(&vec!["[1, 2"; next(4)])),
            Err(error) => assert!(error.to_string().starts_with("signature: "), "{error}"),
        }
    }
    for repeated in ["*const ", "&[", "&{", "(", "fn("] {
        assert!(Signature::parse(&("fn(".to_owned() + &repeated.repeat(100_000))).is_err());
    }
}
