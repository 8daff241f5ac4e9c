//! So many calls of one function, through a handle or through a plain pointer: `calls HANDLE COUNT`.

use std::hint::black_box;
use std::ops::Deref;

use jitney_raw::{Library, Raw};

type Add = extern "sysv64" fn(i32, i32) -> i32;

/// lea eax, [rdi + rsi]; ret
const ADD: [u8; 4] = [0x8d, 0x04, 0x37, 0xc3];

/// A plain pointer in the place of a handle.
struct Plain(Add);

impl Deref for Plain {
    type Target = Add;

    fn deref(&self) -> &Add {
        &self.0
    }
}

extern "sysv64" fn add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

#[inline(never)]
fn calls<F: Deref<Target = Add>>(function: &F, count: i32) -> i32 {
    (0..count).fold(0, |sum, number| function(sum, number))
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let count = arguments[2].parse().unwrap();
    // SAFETY: the bytes are a function of this type.
    let (raw, in_library) = unsafe {
        (
            Raw::<Add>::new(&ADD).unwrap(),
            Library::new(&ADD).unwrap().function::<Add>(0).unwrap(),
        )
    };
    let sum = match arguments[1].as_str() {
        "Raw" => calls(black_box(&raw), count),
        "LibraryFunction" => calls(black_box(&in_library), count),
        "the same pointer" => calls(black_box(&Plain(*raw)), count),
        "a static function" => calls(black_box(&Plain(add)), count),
        other => panic!("there is no {other}"),
    };
    println!("{sum}");
}
