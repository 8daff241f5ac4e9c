//! Objects linked together see one another's symbols; which of several definitions counts is decided
//! as a system linker does.

mod support;

use jitney_link::Error;
use support::{address, compile, function, link, try_link};

/// An object of assembly alone.
fn assembly(crate_name: &str, text: &str) -> Vec<u8> {
    compile::rust(
        crate_name,
        &[],
        &format!("std::arch::global_asm!(r#\"{text}\"#, options(att_syntax));"),
    )
}

/// Links objects and calls the root `answer`.
fn answer(objects: &[(&str, &[u8])]) -> u64 {
    let image = try_link(objects, &["answer"]).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(image.symbols().count(), 1, "one `answer` counts");
    // SAFETY: all the objects of this file give `answer` this type.
    let answer = unsafe { function::<extern "C" fn() -> u64>(&image, "answer") };
    answer()
}

#[test]
fn objects_call_each_other_and_use_each_others_variables() {
    let first = compile::rust(
        "first",
        &[],
        r#"
        unsafe extern "Rust" { fn twice(n: u64) -> u64; static mut SHARED: u64; }
        #[unsafe(no_mangle)] pub fn once(n: u64) -> u64 { n + 1 }
        #[unsafe(no_mangle)] pub extern "C" fn answer() -> u64 { unsafe { SHARED += 30; twice(5) + SHARED } }
        "#,
    );
    let second = compile::rust(
        "second",
        &["-O"],
        r#"
        unsafe extern "Rust" { safe fn once(n: u64) -> u64; }
        #[unsafe(no_mangle)] pub static mut SHARED: u64 = 100;
        #[unsafe(no_mangle)] pub fn twice(n: u64) -> u64 { once(once(n)) }
        "#,
    );
    assert_eq!(answer(&[("first.o", &first), ("second.o", &second)]), 137);
    assert_eq!(answer(&[("second.o", &second), ("first.o", &first)]), 137);
}

#[test]
fn a_weak_undefined_symbol_is_null_and_a_defined_one_is_not() {
    let text = ".weak maybe
        .section .text.answer,\"ax\",@progbits
        .globl answer
        answer: mov maybe@GOTPCREL(%rip), %rax
        test %rax, %rax
        je 1f
        call maybe@PLT
        1: ret";
    let asks = assembly("asks", text);
    assert_eq!(answer(&[("asks.o", &asks)]), 0);
    let has = assembly("has", ".globl maybe\n maybe: mov $7, %eax\n ret");
    assert_eq!(answer(&[("asks.o", &asks), ("has.o", &has)]), 7);
}

#[test]
fn a_strong_definition_counts_before_a_weak_one() {
    let weak = assembly("weak", ".weak answer\n answer: mov $1, %eax\n ret");
    let strong = assembly("strong", ".globl answer\n answer: mov $2, %eax\n ret");
    assert_eq!(answer(&[("weak.o", &weak)]), 1);
    assert_eq!(answer(&[("weak.o", &weak), ("strong.o", &strong)]), 2);
    assert_eq!(answer(&[("strong.o", &strong), ("weak.o", &weak)]), 2);
    let other = assembly("other", ".weak answer\n answer: mov $3, %eax\n ret");
    assert_eq!(answer(&[("weak.o", &weak), ("other.o", &other)]), 1);
}

#[test]
fn two_strong_definitions_are_an_error_unless_groups_allow_them() {
    let text = "#[unsafe(no_mangle)] pub extern \"C\" fn answer() -> u64 { 1 }";
    let [one, two] = ["one", "two"].map(|name| compile::rust(name, &[], text));
    let error = try_link(&[("one.o", &one), ("two.o", &two)], &["answer"]).expect_err("which?");
    assert!(
        matches!(&error, Error::Duplicate { symbol, .. } if symbol == "answer"),
        "{error}"
    );
    let text = error.to_string();
    assert!(text.contains("one.o") && text.contains("two.o"), "{text}");

    let grouped = |name, value| {
        assembly(
            name,
            &format!(
                ".section .text.answer,\"axG\",@progbits,answer,comdat
                .globl answer
                answer: mov ${value}, %eax
                ret
                .section .init_array,\"awG\",@init_array,answer,comdat
                .quad touch
                .section .text.touch,\"ax\",@progbits
                touch: mov touched@GOTPCREL(%rip), %rax
                incl (%rax)
                ret"
            ),
        )
    };
    let counter = assembly("counter", ".data\n .globl touched\n touched: .quad 0");
    let (one, two) = (grouped("group_one", 11), grouped("group_two", 12));
    let objects: [(&str, &[u8]); 3] = [("one.o", &one), ("two.o", &two), ("counter.o", &counter)];
    let image =
        try_link(&objects, &["answer", "touched"]).unwrap_or_else(|error| panic!("{error}"));
    // SAFETY: those are their types, and the image lives to the end.
    let (result, touched) = unsafe {
        let touched = *(address(&image, "touched") as *const u64);
        (
            function::<extern "C" fn() -> u64>(&image, "answer")(),
            touched,
        )
    };
    assert_eq!(
        (result, touched),
        (11, 1),
        "the first group counts, with its constructor"
    );
}

#[test]
fn a_common_symbol_is_one_variable_as_large_as_the_largest() {
    let options = ["-fcommon", "-fPIC"];
    let Some(small) = compile::c(
        &options,
        "int numbers[2]; int *small(void) { return numbers; }",
    ) else {
        return;
    };
    let large = "int numbers[2000]; int *large(void) { numbers[1999] = 5; return numbers; }";
    let large = compile::c(&options, large).expect("a C compiler");
    let defined = compile::c(&options, "int numbers[2] = {3, 4};").expect("a C compiler");

    let image = link(&small, &["small"]);
    // SAFETY: that is its type, and the image lives as long as the pointer is used.
    let numbers = unsafe { function::<extern "C" fn() -> *mut [i32; 2]>(&image, "small") }();
    // SAFETY: as above.
    assert_eq!(unsafe { *numbers }, [0, 0]);

    for objects in [
        [("small.o", &small[..]), ("large.o", &large)],
        [("large.o", &large), ("small.o", &small)],
    ] {
        let image =
            try_link(&objects, &["small", "large"]).unwrap_or_else(|error| panic!("{error}"));
        // SAFETY: those are their types, and the image lives to the end of the turn.
        let (small, large) = unsafe {
            (
                function::<extern "C" fn() -> *const [i32; 2000]>(&image, "small")(),
                function::<extern "C" fn() -> *const [i32; 2000]>(&image, "large")(),
            )
        };
        assert_eq!(small, large);
        assert!(image.range().contains(&(small.addr() + 7999)));
        // SAFETY: the variable is as large as its largest definition.
        assert_eq!(unsafe { (*small)[1999] }, 5);
    }

    let image = try_link(&[("small.o", &small), ("defined.o", &defined)], &["small"]);
    let image = image.unwrap_or_else(|error| panic!("{error}"));
    // SAFETY: as above.
    let numbers = unsafe { *function::<extern "C" fn() -> *const [i32; 2]>(&image, "small")() };
    assert_eq!(numbers, [3, 4]);
}

#[test]
fn a_common_symbol_shares_its_place_with_nothing() {
    let options = ["-fcommon", "-fPIC"];
    let shared = "int shared; int *shared_at(void) { return &shared; }";
    let Some(shared) = compile::c(&options, shared) else {
        return;
    };
    let own = "static int own; int *own_at(void) { return &own; }";
    let own = compile::c(&options, own).expect("a C compiler");
    let roots = ["shared_at", "own_at"];
    let image = try_link(&[("shared.o", &shared), ("own.o", &own)], &roots);
    let image = image.unwrap_or_else(|error| panic!("{error}"));
    // SAFETY: that is their type, and the image lives to the end.
    let [shared, own] =
        roots.map(|name| unsafe { function::<extern "C" fn() -> *const i32>(&image, name) }());
    assert_ne!(shared, own);
}

#[test]
fn a_static_of_one_object_is_not_another_objects_function() {
    let Some(global) = compile::c(&["-fPIC"], "int helper(void) { return 1; }") else {
        return;
    };
    let hidden = "static int helper(void) { return 2; } int root(void) { return helper(); }";
    let hidden = compile::c(&["-fPIC", "-O0"], hidden).expect("a C compiler");
    for objects in [
        [("global.o", &global[..]), ("hidden.o", &hidden)],
        [("hidden.o", &hidden), ("global.o", &global)],
    ] {
        let image = try_link(&objects, &["helper", "root"]).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(image.symbols().filter(|s| s.name == "helper").count(), 1);
        // SAFETY: that is their type, and the image lives to the end of the turn.
        let [helper, root] = ["helper", "root"]
            .map(|name| unsafe { function::<extern "C" fn() -> i32>(&image, name) }());
        assert_eq!([helper, root], [1, 2]);
    }
}
