// Inline modules, visibility, globs, renames, names of the prelude shadowed, items inside functions, consts of types.
mod shapes {
    pub const UNIT: f64 = 1.0;
    pub static NAMES: [&str; 2] = ["square", "circle"];
    pub(crate) mod flat {
        use super::UNIT;
        #[derive(Debug, PartialEq)]
        pub struct Square {
            pub side: f64,
            secret: u8,
        }
        impl Square {
            pub const ZERO: Square = Square {
                side: 0.0,
                secret: 7,
            };
            pub fn new(side: f64) -> Self {
                Self {
                    side: side * UNIT,
                    ..Self::ZERO
                }
            }
            pub(in crate::shapes) fn secret(&self) -> u8 {
                self.secret
            }
        }
        pub fn helper() -> &'static str {
            "flat helper"
        }
    }
    pub mod solid {
        pub use super::flat::*;
        pub fn helper() -> &'static str {
            "solid helper"
        }
        pub fn reveal(s: &Square) -> u8 {
            s.secret() + super::private()
        }
    }
    fn private() -> u8 {
        100
    }
}

mod shadowed {
    #[derive(Debug)]
    pub enum Option<T> {
        Perhaps(T),
        Never,
    }
    pub use self::Option::*;
    pub struct String;
    impl String {
        pub fn from(s: &str) -> std::string::String {
            format!("not std's {s}")
        }
    }
    pub fn drop<T>(_: T) -> &'static str {
        "does drop, and says so"
    }
    pub fn some(n: i32) -> Option<i32> {
        if n > 0 { Perhaps(n) } else { Never }
    }
}

use shapes::flat::{self, Square as Sq};
use shapes::solid;

type Table = std::collections::BTreeMap<&'static str, fn() -> &'static str>;

fn next() -> u32 {
    static mut COUNTER: u32 = 0;
    // SAFETY: one thread only calls this.
    unsafe {
        COUNTER += 1;
        COUNTER
    }
}

fn other() -> u32 {
    static COUNTER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(100);
    COUNTER.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

fn main() {
    let square = Sq::new(2.5);
    println!(
        "{square:?} {} {}",
        solid::reveal(&square),
        shapes::NAMES.join("/")
    );
    println!(
        "{} {} {}",
        flat::helper(),
        solid::helper(),
        solid::Square::ZERO == Sq::new(0.0)
    );
    let table = Table::from([
        ("a", flat::helper as fn() -> _),
        ("b", solid::helper),
        ("c", || "closure"),
    ]);
    println!("{:?}", table.values().map(|f| f()).collect::<Vec<_>>());
    {
        use shadowed::{String, drop, *};
        println!(
            "{} {:?} {:?} {}",
            String::from("x"),
            some(1),
            some(-1),
            drop(vec![1])
        );
        let maybe: std::option::Option<u8> = Some(1);
        println!("{maybe:?}");
    }
    println!("{} {} {} {} {}", next(), next(), other(), next(), other());
    let x = 5;
    let x = x * 2;
    {
        let x = "inner";
        println!("{x}");
    }
    let x = format!("{x}!");
    println!("{x}");
    fn fact(n: u64) -> u64 {
        const LIMIT: u64 = 1;
        if n <= LIMIT { LIMIT } else { n * fact(n - 1) }
    }
    struct Local;
    impl Local {
        const NAME: &str = "local";
    }
    println!("{} {}", fact(20), Local::NAME);
    let r#match = r#type::r#fn();
    println!("{match}", match = r#match);
}

mod r#type {
    pub fn r#fn() -> i32 {
        3
    }
}
