//! `jitney call`: what it prints, what it says about expressions that are wrong, and how it ends.

#[path = "support/sandbox.rs"]
mod sandbox;

use sandbox::Sandbox;

const SOURCE: &str = "\
pub fn add(a: i32, b: i32) -> i32 { a + b }
fn private(x: u8) -> u8 { x }
macro_rules! twice { ($e:expr) => { $e * 2 } }
pub struct Hidden;
pub const TWO: u8 = twice!(1);
pub fn use_all() -> (u8, Hidden) { (private(1), Hidden) }
";

fn sandbox() -> Sandbox {
    Sandbox::new(&[("add.rs", SOURCE)])
}

#[test]
fn values_are_printed_by_debug() {
    let sandbox = sandbox();
    for (expression, printed) in [
        ("add(5, 6)", "11\n"),
        ("twice!(private(4))", "8\n"),
        ("-add(1, 2)", "-3\n"),
        ("()", ""),
        ("println!(\"side\")", "side\n"),
        ("{ println!(\"side\"); 7 }", "side\n7\n"),
        (
            "\"qu\u{f6}\\\"te \u{6f22}\"",
            "\"qu\u{f6}\\\"te \u{6f22}\"\n",
        ),
        ("r#\"a\"b\"#", "\"a\\\"b\"\n"),
        ("1 // and a comment", "1\n"),
        ("[TWO, loop { break 5 }]", "[2, 5]\n"),
        ("return", ""),
    ] {
        sandbox.run(["call", "add.rs", expression]).printed(printed);
    }
}

#[test]
fn options_reach_the_compiler_and_the_expression() {
    let sandbox = sandbox();
    let printed = |options: &[&str], expression: &str, printed: &str| {
        let mut arguments = vec!["call"];
        arguments.extend(options);
        arguments.extend(["add.rs", expression]);
        sandbox.run(arguments).printed(printed);
    };
    let flags = ["--features", "a,b"];
    printed(&flags, "cfg!(feature = \"b\")", "true\n");
    let flags = ["--env", "KEY=a=b"];
    printed(
        &flags,
        "(env!(\"KEY\"), std::env::var(\"KEY\"))",
        "(\"a=b\", Ok(\"a=b\"))\n",
    );
    let flags = ["--opt-level", "3", "--edition", "2018"];
    printed(&flags, "cfg!(debug_assertions)", "false\n");
    printed(&["--rustc-flag", "--cfg=odd"], "cfg!(odd)", "true\n");
    printed(&["--time-limit", "600"], "add(1, 2)", "3\n");
}

#[test]
fn mistakes_are_shown_in_the_expression() {
    let sandbox = sandbox();
    for (expression, words) in [
        ("add(5, \"6\")", ["E0308", "<expression>:1:8"]),
        ("add(5", ["unclosed delimiter", "<expression>:1:"]),
        ("add(5))", ["unexpected closing", "<expression>:1:7"]),
        ("missing", ["E0425", "<expression>:1:1"]),
        ("Hidden", ["doesn't implement `Debug`", "<expression>:1:1"]),
        (
            "add(1, 2); 3",
            ["<expression>:1:10", "`{ let x = 1; x + 1 }`"],
        ),
        ("  ", ["the expression is empty", "as in `add(5, 6)`"]),
    ] {
        let shown = sandbox.run(["call", "add.rs", expression]);
        shown.failed(1, &words);
        assert_eq!(shown.stdout, "");
    }
}

#[test]
fn the_way_it_ends_is_the_expressions() {
    let sandbox = sandbox();
    let shown = sandbox.run(["call", "add.rs", "panic!(\"oh {}\", 1)"]);
    assert_eq!((shown.code, shown.stdout.as_str()), (Some(101), ""));
    for words in ["panicked at <expression>:1:1", "oh 1"] {
        assert!(shown.stderr.contains(words), "{shown:?}");
    }
    let shown = sandbox.run(["call", "add.rs", "std::process::exit(9)"]);
    assert_eq!(shown.code, Some(9));
}
