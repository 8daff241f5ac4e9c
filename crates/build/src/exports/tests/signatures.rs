//! Each exported function and static has the type that a user would give it: rustc compares the two.

use super::harness::{compile, holds, marker, read, run};

/// An item, the path it is exported under, and the type to ask for.
const TABLE: &[(&str, &str, &str)] = &[
    (
        "pub fn add(a: i32, b: i32) -> i32 { a + b }",
        "add",
        "fn(i32, i32) -> i32",
    ),
    ("pub fn nothing() {}", "nothing", "fn()"),
    ("pub fn unit() -> () {}", "unit", "fn()"),
    ("pub fn never() -> ! { loop {} }", "never", "fn() -> !"),
    (
        "pub const fn constant(a: u8) -> u8 { a }",
        "constant",
        "fn(u8) -> u8",
    ),
    (
        "pub unsafe fn danger(p: *const u8, q: *mut [u8]) {}",
        "danger",
        "unsafe fn(*const u8, *mut [u8])",
    ),
    (
        "pub extern \"C\" fn c_abi(a: u8) -> u8 { a }",
        "c_abi",
        "extern \"C\" fn(u8) -> u8",
    ),
    (
        "pub extern fn plain_abi() {}",
        "plain_abi",
        "extern \"C\" fn()",
    ),
    (
        "pub unsafe extern \"system\" fn system() {}",
        "system",
        "unsafe extern \"system\" fn()",
    ),
    ("pub const unsafe fn both() {}", "both", "unsafe fn()"),
    (
        "#[unsafe(no_mangle)] pub extern \"C\" fn unmangled() {}",
        "unmangled",
        "extern \"C\" fn()",
    ),
    ("#[inline] pub fn inlined() {}", "inlined", "fn()"),
    (
        "#[target_feature(enable = \"avx2\")] pub fn wide() {}",
        "wide",
        "unsafe fn()",
    ),
    ("#[track_caller] pub fn tracked() {}", "tracked", "fn()"),
    // Parameters that are patterns, or carry attributes.
    (
        "pub fn patterns((a, b): (u8, u8), [c, ..]: [u8; 3], _: bool, mut d: u8) { d = a + b + c; let _ = d; }",
        "patterns",
        "fn((u8, u8), [u8; 3], bool, u8)",
    ),
    (
        "pub fn destructured(Point { x, y }: Point, &z: &f64, ref w: u8) -> f64 { let _ = w; x + y + z }",
        "destructured",
        "fn(Point, &f64, u8) -> f64",
    ),
    (
        "pub fn attributes(#[allow(unused)] a: u8, #[cfg(unix)] b: u16, #[cfg(not(unix))] c: u32) {}",
        "attributes",
        "fn(u8, u16)",
    ),
    // Types of all kinds.
    (
        "pub fn tuples(a: (u8,), b: ((), (u8, (u16,)))) -> (u8,) { a }",
        "tuples",
        "fn((u8,), ((), (u8, (u16,)))) -> (u8,)",
    ),
    (
        "pub const N: usize = 3; pub fn arrays(a: [[u8; N]; { N + 1 }], b: &[[u8; 2 * N]]) {}",
        "arrays",
        "fn([[u8; 3]; 4], &[[u8; 6]])",
    ),
    (
        "pub fn objects(a: &dyn Fn(&str) -> usize, b: Box<dyn std::fmt::Debug + Send>) {}",
        "objects",
        "fn(&dyn Fn(&str) -> usize, Box<dyn std::fmt::Debug + Send>)",
    ),
    (
        "pub fn short_lived<'a>(a: Box<dyn std::fmt::Debug + 'a>, b: &mut (dyn std::any::Any + '_)) {}",
        "short_lived",
        "for<'a> fn(Box<dyn std::fmt::Debug + 'a>, &mut (dyn std::any::Any + '_))",
    ),
    (
        "pub fn pointers(f: fn(&str) -> &str, g: for<'x> unsafe extern \"C\" fn(&'x u8)) {}",
        "pointers",
        "fn(fn(&str) -> &str, for<'x> unsafe extern \"C\" fn(&'x u8))",
    ),
    (
        "pub fn projected(a: <Vec<u8> as IntoIterator>::Item) -> <Point as Mark>::Other { a as u64 }",
        "projected",
        "fn(u8) -> u64",
    ),
    (
        "pub fn nested(a: Vec<Vec<Option<Result<u8, String>>>>) {}",
        "nested",
        "fn(Vec<Vec<Option<Result<u8, String>>>>)",
    ),
    (
        "pub fn optional(a: Option<&'static str>) -> &'static [&'static str] { &[] }",
        "optional",
        "fn(Option<&'static str>) -> &'static [&'static str]",
    ),
    (
        "pub fn returns_closure() -> Box<dyn Fn(u8) -> Box<dyn Fn(&u8) -> u8>> { loop {} }",
        "returns_closure",
        "fn() -> Box<dyn Fn(u8) -> Box<dyn Fn(&u8) -> u8>>",
    ),
    (
        "pub fn wide_args(a: i128, b: u128, c: f32, d: char, e: &str) {}",
        "wide_args",
        "fn(i128, u128, f32, char, &str)",
    ),
    (
        "type Short = Vec<u8>; pub fn behind_alias(a: Short) {}",
        "behind_alias",
        "fn(Vec<u8>)",
    ),
    ("pub fn r#match(r#type: u8) {}", "match", "fn(u8)"),
    (
        "pub fn größe(länge: u8) -> u8 { länge }",
        "größe",
        "fn(u8) -> u8",
    ),
    (
        "pub fn where_clause(a: u8) where u8: Copy, String: Clone {}",
        "where_clause",
        "fn(u8)",
    ),
    // Lifetimes of functions.
    (
        "pub fn elided(a: &str) -> &str { a }",
        "elided",
        "for<'a> fn(&'a str) -> &'a str",
    ),
    (
        "pub fn named<'a>(a: &'a str, b: &str) -> &'a str { a }",
        "named",
        "for<'a, 'b> fn(&'a str, &'b str) -> &'a str",
    ),
    (
        "pub fn two<'a, 'b>(a: &'a str, b: &'b str) -> (&'b str, &'a str) { (b, a) }",
        "two",
        "for<'x, 'y> fn(&'x str, &'y str) -> (&'y str, &'x str)",
    ),
    (
        "pub fn underscore(a: Text<'_>) -> Text<'_> { a }",
        "underscore",
        "for<'a> fn(Text<'a>) -> Text<'a>",
    ),
    (
        "pub fn hidden_in_path(a: &str) -> Text { Text(a) }",
        "hidden_in_path",
        "for<'a> fn(&'a str) -> Text<'a>",
    ),
    (
        "pub fn only_returned<'a>() -> Text<'a> { Text(\"\") }",
        "only_returned",
        "fn() -> Text<'static>",
    ),
    ("pub fn unused<'a>(a: u8) {}", "unused", "fn(u8)"),
    // Methods.
    (
        "impl Counter { pub fn new() -> Self { Counter(0) } }",
        "Counter::new",
        "fn() -> Counter",
    ),
    (
        "impl Counter { pub fn bump(&mut self, by: u32) -> u32 { self.0 += by; self.0 } }",
        "Counter::bump",
        "fn(&mut Counter, u32) -> u32",
    ),
    (
        "impl Counter { pub fn into_inner(self) -> u32 { self.0 } }",
        "Counter::into_inner",
        "fn(Counter) -> u32",
    ),
    (
        "impl Counter { pub fn mutable(mut self) -> Self { self.0 = 1; self } }",
        "Counter::mutable",
        "fn(Counter) -> Counter",
    ),
    (
        "impl Counter { pub fn boxed(self: Box<Self>) -> Box<Self> { self } }",
        "Counter::boxed",
        "fn(Box<Counter>) -> Box<Counter>",
    ),
    (
        "impl Counter { pub fn counted(self: &std::rc::Rc<Self>, o: &str) -> u32 { 0 } }",
        "Counter::counted",
        "fn(&std::rc::Rc<Counter>, &str) -> u32",
    ),
    (
        "impl Counter { pub fn pinned(self: std::pin::Pin<&mut Self>, o: &u8) -> &u32 { &self.get_mut().0 } }",
        "Counter::pinned",
        "for<'a, 'b> fn(std::pin::Pin<&'a mut Counter>, &'b u8) -> &'a u32",
    ),
    (
        "impl Counter { pub fn both(&self, o: &u32) -> &u32 { &self.0 } }",
        "Counter::both",
        "for<'a, 'b> fn(&'a Counter, &'b u32) -> &'a u32",
    ),
    (
        "impl Counter { pub fn named_self<'a>(&'a self, o: &u32) -> &u32 { &self.0 } }",
        "Counter::named_self",
        "for<'a, 'b> fn(&'a Counter, &'b u32) -> &'a u32",
    ),
    (
        "impl Counter { pub fn other<'a>(&self, o: &'a u32) -> &'a u32 { o } }",
        "Counter::other",
        "for<'a, 'b> fn(&'b Counter, &'a u32) -> &'a u32",
    ),
    (
        "impl Counter { pub fn boxed_self(self: Box<Self>, o: &u32) -> &u32 { o } }",
        "Counter::boxed_self",
        "for<'a> fn(Box<Counter>, &'a u32) -> &'a u32",
    ),
    (
        "impl Counter { pub fn underscore(&self, o: &u8) -> Box<dyn Iterator<Item = &u32> + '_> { loop {} } }",
        "Counter::underscore",
        "for<'a, 'b> fn(&'a Counter, &'b u8) -> Box<dyn Iterator<Item = &'a u32> + 'a>",
    ),
    (
        "impl Counter { pub fn hidden(&self, o: &u8) -> Text { loop {} } }",
        "Counter::hidden",
        "for<'a, 'b> fn(&'a Counter, &'b u8) -> Text<'a>",
    ),
    (
        "impl Counter { pub fn hidden_pair(&self, o: &u8) -> Two<u8> { loop {} } }",
        "Counter::hidden_pair",
        "for<'a, 'b> fn(&'a Counter, &'b u8) -> Two<'a, 'a, u8>",
    ),
    (
        "impl Counter { pub fn callback(&self, f: &dyn Fn(&str) -> &str) -> &dyn Fn(&u8) -> &u8 { loop {} } }",
        "Counter::callback",
        "for<'a, 'b> fn(&'a Counter, &'b dyn Fn(&str) -> &str) -> &'a dyn Fn(&u8) -> &u8",
    ),
    (
        "impl Counter { pub fn compare(&self, o: &Self, p: Option<Self>) -> [Self; Self::SIZE] { loop {} } }",
        "Counter::compare",
        "fn(&Counter, &Counter, Option<Counter>) -> [Counter; 2]",
    ),
    (
        "impl Counter { pub fn associated(a: <Self as Mark>::Other) {} }",
        "Counter::associated",
        "fn(u64)",
    ),
    (
        "impl Counter { pub unsafe extern \"C\" fn raw(&self) {} }",
        "Counter::raw",
        "unsafe extern \"C\" fn(&Counter)",
    ),
    (
        "impl Counter { #[target_feature(enable = \"avx2\")] pub fn wide(&self) {} }",
        "Counter::wide",
        "unsafe fn(&Counter)",
    ),
    // Lifetimes of the `impl` header.
    (
        "impl<'a> Text<'a> { pub fn new(s: &'a str) -> Self { Text(s) } }",
        "Text::new",
        "for<'a> fn(&'a str) -> Text<'a>",
    ),
    (
        "impl<'a> Text<'a> { pub fn get(&self) -> &'a str { self.0 } }",
        "Text::get",
        "for<'a, 'b> fn(&'b Text<'a>) -> &'a str",
    ),
    (
        "impl<'a> Text<'a> { pub fn shorter(&self, n: &u8) -> &str { self.0 } }",
        "Text::shorter",
        "for<'a, 'b, 'c> fn(&'b Text<'a>, &'c u8) -> &'b str",
    ),
    (
        "impl<'a> Text<'a> { pub fn empty() -> Text<'a> { Text(\"\") } }",
        "Text::empty",
        "fn() -> Text<'static>",
    ),
    (
        "impl Text<'_> { pub fn length(&self) -> usize { self.0.len() } }",
        "Text::length",
        "for<'a, 'b> fn(&'a Text<'b>) -> usize",
    ),
    (
        "impl Text<'_> { pub fn version() -> u8 { 1 } }",
        "Text::version",
        "fn() -> u8",
    ),
    (
        "impl Text<'_> { pub fn same(self, o: Self) -> Self { o } }",
        "Text::same",
        "for<'a> fn(Text<'a>, Text<'a>) -> Text<'a>",
    ),
    (
        "impl<'a> Text<'a> { pub fn by_value(self, o: &u8) -> &u8 { o } }",
        "Text::by_value",
        "for<'a, 'b> fn(Text<'b>, &'a u8) -> &'a u8",
    ),
    (
        "impl<'a> Text<'a> { pub unsafe extern \"C\" fn raw(self, n: u8) -> &'a str { self.0 } }",
        "Text::raw",
        "for<'a> unsafe extern \"C\" fn(Text<'a>, u8) -> &'a str",
    ),
    (
        "impl<'a, 'b: 'a> Two<'a, 'b, u8> { pub fn bounded(&self) -> &'a u8 { self.0 } }",
        "Two<u8>::bounded",
        "for<'a, 'b, 'c> fn(&'c Two<'a, 'b, u8>) -> &'a u8",
    ),
    (
        "impl Pair<&u8> { pub fn left(&self) -> &u8 { self.0 } }",
        "Pair<&u8>::left",
        "for<'a, 'b> fn(&'b Pair<&'a u8>) -> &'b u8",
    ),
    // Instances of generic types, and other headers.
    (
        "impl Pair<u8> { pub fn make() -> Self { Pair(1, 2) } }",
        "Pair<u8>::make",
        "fn() -> Pair<u8>",
    ),
    (
        "impl Pair<Vec<u16>> { pub fn make() -> Self { loop {} } }",
        "Pair<Vec<u16>>::make",
        "fn() -> Pair<Vec<u16>>",
    ),
    (
        "impl dyn Shape { pub fn twice(&self) -> f64 { 2.0 } }",
        "Shape::twice",
        "for<'a> fn(&'a (dyn Shape + 'static)) -> f64",
    ),
    (
        "impl dyn Shape + '_ { pub fn thrice(&self) -> f64 { 3.0 } }",
        "Shape::thrice",
        "for<'a, 'b> fn(&'a (dyn Shape + 'b)) -> f64",
    ),
    (
        "pub type Other = Counter; impl Other { pub fn aliased(&self) {} }",
        "Counter::aliased",
        "fn(&Counter)",
    ),
    (
        "impl crate::Counter { pub fn qualified(&self) {} }",
        "Counter::qualified",
        "fn(&Counter)",
    ),
    // Statics.
    ("pub static COUNT: i32 = 1;", "COUNT", "i32"),
    (
        "pub static mut STATE: [u8; 4] = [0; 4];",
        "STATE",
        "[u8; 4]",
    ),
    ("pub static NAME: &str = \"\";", "NAME", "&'static str"),
    (
        "pub static HANDLER: fn(&str) -> &str = elided;",
        "HANDLER",
        "fn(&str) -> &str",
    ),
    (
        "pub static MANY: &[Option<&'static str>] = &[];",
        "MANY",
        "&'static [Option<&'static str>]",
    ),
    (
        "pub static CELL: std::sync::Mutex<Vec<Text<'static>>> = std::sync::Mutex::new(Vec::new());",
        "CELL",
        "std::sync::Mutex<Vec<Text<'static>>>",
    ),
];

/// What the items of the table use.
const COMMON: &str = "#![allow(warnings)]
pub struct Point { pub x: f64, pub y: f64 }
pub struct Counter(u32);
impl Counter { pub const SIZE: usize = 2; }
pub struct Text<'a>(&'a str);
pub struct Two<'a, 'b: 'a, T>(&'a T, &'b T);
pub struct Pair<T>(T, T);
pub trait Mark { type Other; }
impl Mark for Point { type Other = u64; }
impl Mark for Counter { type Other = u64; }
pub trait Shape {}
";

fn text() -> String {
    let items: Vec<&str> = TABLE.iter().map(|(item, ..)| *item).collect();
    format!("{COMMON}{}\n", items.join("\n"))
}

#[test]
fn every_type_is_the_one_a_user_would_ask_for() {
    let survey = read(&text());
    let mut main = String::from("use std::any::TypeId;\n");
    for (item, path, ty) in TABLE {
        main += &format!(
            "if entry!({path:?})._id != TypeId::of::<{ty}>() {{ println!(\"{{}}\", {item:?}); "
        );
        main += &format!("println!(\"  is {{}}\", (entry!({path:?})._name)()); }}\n");
    }
    let output = run(&survey, "2024", &main);
    assert_eq!(output, "");
}

#[test]
fn every_export_has_a_marker_of_its_own_in_the_object() {
    let survey = read(&text());
    let (object, messages) = compile(&survey, "2021", &[]);
    assert_eq!(messages, "");
    for (_, path, _) in TABLE {
        let marker = marker(&survey, path);
        assert!(holds(&object, marker), "{path}");
        let symbols: Vec<&[u8]> = object
            .split(|&byte| byte == 0)
            .filter(|name| holds(name, marker))
            .collect();
        // The relocation section's name has the symbol's in it.
        let names: Vec<_> = symbols
            .iter()
            .filter(|name| name.starts_with(b"_ZN") || name.starts_with(b"_R"))
            .collect();
        assert!(names.len() <= 1, "{path} has several symbols");
    }
}

#[test]
fn entries_hold_the_address_of_what_they_are_for() {
    let survey = read(
        "#![allow(warnings)]
         pub fn add(a: i32, b: i32) -> i32 { a + b }
         pub struct Text<'a>(&'a str);
         impl<'a> Text<'a> {
             pub fn new(s: &'a str) -> Self { Text(s) }
             pub unsafe fn part(&self, from: usize) -> &'a str { &self.0[from..] }
         }
         pub static COUNT: u8 = 7;
         pub static mut STATE: u8 = 8;",
    );
    let output = run(
        &survey,
        "2021",
        r#"use std::sync::atomic::Ordering::Relaxed;
           let at = |entry: &__jitney::Entry| entry._address.load(Relaxed);
           unsafe {
               let add: fn(i32, i32) -> i32 = std::mem::transmute(at(&entry!("add")));
               let new: for<'a> fn(&'a str) -> Text<'a> = std::mem::transmute(at(&entry!("Text::new")));
               let part: for<'a, 'b> unsafe fn(&'b Text<'a>, usize) -> &'a str =
                   std::mem::transmute(at(&entry!("Text::part")));
               *(at(&entry!("STATE")) as *mut u8) += 1;
               println!("{} {} {}", add(5, 6), part(&new("hello"), 3), *(at(&entry!("COUNT")) as *const u8) + STATE);
           }"#,
    );
    assert_eq!(output, "11 lo 16\n");
}
