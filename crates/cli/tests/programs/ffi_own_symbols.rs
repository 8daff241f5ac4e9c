// Functions and statics with fixed symbol names, defined here and found again by declaration; callbacks with user data.
use std::ffi::{c_int, c_void};

mod provider {
    use super::*;

    #[unsafe(no_mangle)]
    pub extern "C" fn own_add(a: c_int, b: c_int) -> c_int {
        a.wrapping_add(b)
    }

    #[unsafe(no_mangle)]
    pub static OWN_TABLE: [u8; 4] = [1, 2, 3, 4];

    #[unsafe(no_mangle)]
    pub static mut OWN_COUNTER: u64 = 10;

    #[unsafe(export_name = "own renamed with blanks")]
    pub extern "C" fn whatever(x: f64) -> f64 {
        x * 1.5
    }

    type Callback = extern "C" fn(c_int, *mut c_void) -> bool;

    /// # Safety
    /// `data` must be what `callback` takes.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn own_each(
        count: c_int,
        callback: Option<Callback>,
        data: *mut c_void,
    ) -> c_int {
        let Some(callback) = callback else { return -1 };
        (0..count).take_while(|n| callback(*n, data)).count() as c_int
    }

    #[repr(C)]
    #[derive(Debug, Clone, Copy)]
    pub struct Big {
        pub values: [i64; 5],
        pub tag: u8,
    }
    #[unsafe(no_mangle)]
    pub extern "C" fn own_big(mut big: Big, by: i64) -> Big {
        big.values.iter_mut().for_each(|v| *v *= by);
        big.tag ^= 0xff;
        big
    }
}

mod consumer {
    use super::*;
    unsafe extern "C" {
        pub safe fn own_add(a: c_int, b: c_int) -> c_int;
        pub safe static OWN_TABLE: [u8; 4];
        pub static mut OWN_COUNTER: u64;
        #[link_name = "own renamed with blanks"]
        pub safe fn one_and_a_half(x: f64) -> f64;
        pub fn own_each(
            count: c_int,
            callback: Option<extern "C" fn(c_int, *mut c_void) -> bool>,
            data: *mut c_void,
        ) -> c_int;
        pub safe fn own_big(big: provider::Big, by: i64) -> provider::Big;
    }
}

extern "C" fn collect(n: c_int, data: *mut c_void) -> bool {
    // SAFETY: `main` hands in a pointer to its vector, which nothing else uses meanwhile.
    let numbers = unsafe { &mut *data.cast::<Vec<c_int>>() };
    numbers.push(n * n);
    n < 4
}

extern "sysv64" fn many(
    a: u8,
    b: f32,
    c: u16,
    d: f64,
    e: u32,
    f: i64,
    g: i8,
    h: u64,
    i: i128,
) -> f64 {
    f64::from(a)
        + f64::from(b)
        + f64::from(c)
        + d
        + f64::from(e)
        + f as f64
        + f64::from(g)
        + h as f64
        + i as f64
}

fn main() {
    println!(
        "{} {:?} {}",
        consumer::own_add(i32::MAX, 1),
        consumer::OWN_TABLE,
        consumer::one_and_a_half(3.0)
    );
    // SAFETY: one thread; both names are the same static.
    unsafe {
        consumer::OWN_COUNTER += 5;
        provider::OWN_COUNTER *= 2;
        println!(
            "{} {}",
            { consumer::OWN_COUNTER },
            &raw const consumer::OWN_COUNTER == &raw const provider::OWN_COUNTER
        );
    }
    println!(
        "{}",
        provider::OWN_TABLE.as_ptr() == consumer::OWN_TABLE.as_ptr()
    );
    let mut numbers: Vec<c_int> = Vec::new();
    // SAFETY: the data is the vector that `collect` takes.
    let done = unsafe { consumer::own_each(100, Some(collect), (&raw mut numbers).cast()) };
    println!("{done} {numbers:?} {}", {
        // SAFETY: without a callback the data is not looked at.
        unsafe { consumer::own_each(1, None, std::ptr::null_mut()) }
    });
    println!(
        "{:?}",
        consumer::own_big(
            provider::Big {
                values: [1, -2, 3, -4, 5],
                tag: 1
            },
            10
        )
    );
    println!("{}", many(1, 2.5, 3, 4.25, 5, -6, -7, 8, 1 << 70));
    let pointers: [extern "C" fn(c_int, c_int) -> c_int; 2] =
        [consumer::own_add, provider::own_add];
    println!("{}", pointers.iter().map(|f| f(1, 2)).sum::<i32>());
}
