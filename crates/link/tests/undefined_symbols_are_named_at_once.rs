//! An object that lacks several symbols gets one error with all of them, each with who needs it.

mod support;

use jitney_link::Error;
use support::{compile, try_link};

fn undefined_symbols() -> Vec<u8> {
    let text = r#"
        unsafe extern "C" {
            safe fn nobody_has_this();
            safe fn nor_this() -> u8;
            #[link_name = "_ZN4core3fmt9Formatter7no_such17h0123456789abcdefE"] safe fn mangled();
        }
        #[unsafe(no_mangle)] pub fn first_user() -> String { nobody_has_this(); format!("{}", nor_this()) }
        #[unsafe(no_mangle)] pub fn second_user() -> &'static str { nobody_has_this(); mangled(); "a new literal" }
        #[unsafe(no_mangle)] pub fn bystander() {}
    "#;
    compile::rust("undefined", &[], text)
}

#[test]
fn every_undefined_symbol_is_named_at_once_with_its_users() {
    let roots = ["first_user", "second_user", "bystander"];
    let error =
        try_link(&[("undefined.o", &undefined_symbols())], &roots).expect_err("it lacks symbols");
    let Error::Undefined(symbols) = &error else {
        panic!("{error}")
    };
    let mut found: Vec<(&str, Vec<&str>)> = symbols
        .iter()
        .map(|undefined| {
            let mut users: Vec<&str> = undefined.needed_by.iter().map(String::as_str).collect();
            users.sort_unstable();
            (&*undefined.symbol, users)
        })
        .collect();
    found.sort_unstable();
    let (first, second) = (
        "`first_user` in `undefined.o`",
        "`second_user` in `undefined.o`",
    );
    assert_eq!(
        found,
        [
            (
                "_ZN4core3fmt9Formatter7no_such17h0123456789abcdefE",
                vec![second]
            ),
            ("nobody_has_this", vec![first, second]),
            ("nor_this", vec![first]),
        ]
    );
    let text = error.to_string();
    for part in [
        "3 undefined symbols",
        "`core::fmt::Formatter::no_such",
        "`nor_this`",
        first,
        second,
    ] {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[test]
fn a_local_function_of_the_host_is_nobody_elses() {
    // Every program of gcc's start files has these: LOCAL, and so meant for their own file alone.
    let text = "
        unsafe extern \"C\" { fn deregister_tm_clones(); fn frame_dummy(); }
        #[unsafe(no_mangle)] pub fn root() { unsafe { deregister_tm_clones(); frame_dummy() } }";
    let object = compile::rust("local", &[], text);
    let error = try_link(&[("local.o", &object)], &["root"]).expect_err("nobody offers them");
    let Error::Undefined(symbols) = &error else {
        panic!("{error}")
    };
    let mut names: Vec<&str> = symbols.iter().map(|undefined| &*undefined.symbol).collect();
    names.sort_unstable();
    assert_eq!(names, ["deregister_tm_clones", "frame_dummy"]);
}
