// C functions of libc by hand-written declarations: strings, sorting with a callback, variadics, division structs, errno.
use std::ffi::{CStr, CString, c_char, c_double, c_int, c_long, c_void};

#[repr(C)]
#[derive(Debug)]
struct Div {
    quotient: c_int,
    remainder: c_int,
}

unsafe extern "C" {
    fn strlen(s: *const c_char) -> usize;
    fn strtol(s: *const c_char, end: *mut *mut c_char, base: c_int) -> c_long;
    fn strchr(s: *const c_char, c: c_int) -> *mut c_char;
    fn qsort(
        base: *mut c_void,
        count: usize,
        size: usize,
        compare: extern "C" fn(*const c_void, *const c_void) -> c_int,
    );
    fn bsearch(
        key: *const c_void,
        base: *const c_void,
        count: usize,
        size: usize,
        compare: extern "C" fn(*const c_void, *const c_void) -> c_int,
    ) -> *mut c_void;
    fn snprintf(buffer: *mut c_char, size: usize, format: *const c_char, ...) -> c_int;
    fn malloc(size: usize) -> *mut c_void;
    fn free(p: *mut c_void);
    fn getenv(name: *const c_char) -> *const c_char;
    fn close(fd: c_int) -> c_int;
    fn memcmp(a: *const c_void, b: *const c_void, n: usize) -> c_int;
    safe fn abs(n: c_int) -> c_int;
    safe fn div(a: c_int, b: c_int) -> Div;
    safe fn getpid() -> c_int;
    safe fn pow(a: c_double, b: c_double) -> c_double;
    safe fn toupper(c: c_int) -> c_int;
    #[link_name = "labs"]
    safe fn renamed(n: c_long) -> c_long;
}

extern "C" fn descending(a: *const c_void, b: *const c_void) -> c_int {
    // SAFETY: both sides give pointers to elements of an `i32` array.
    let (a, b) = unsafe { (*a.cast::<i32>(), *b.cast::<i32>()) };
    b.cmp(&a) as c_int
}

fn main() {
    let text = CString::new("hello, wörld").unwrap();
    let mut numbers = [5, -3, 99, 0, 42, 7];
    let mut buffer = [0 as c_char; 64];
    // SAFETY: strings end with a nul, buffers have the sizes given, and every pointer is used while its owner lives.
    unsafe {
        println!("{} {}", strlen(text.as_ptr()), strlen(c"".as_ptr()));
        let comma = strchr(text.as_ptr(), c_int::from(b','));
        println!(
            "{} {:?}",
            comma.offset_from(text.as_ptr()),
            CStr::from_ptr(comma)
        );
        println!("{}", strchr(text.as_ptr(), c_int::from(b'!')).is_null());
        let mut end = std::ptr::null_mut();
        println!(
            "{} {:?}",
            strtol(c"-0x1fz".as_ptr(), &raw mut end, 16),
            CStr::from_ptr(end)
        );

        qsort(numbers.as_mut_ptr().cast(), numbers.len(), 4, descending);
        let found = bsearch(
            (&raw const numbers[2]).cast(),
            numbers.as_ptr().cast(),
            6,
            4,
            descending,
        )
        .cast::<i32>();
        println!("{numbers:?} {}", found.offset_from(numbers.as_ptr()));

        let n = snprintf(
            buffer.as_mut_ptr(),
            64,
            c"%05d|%-6s|%.3f|%lx|%c|%%".as_ptr(),
            42,
            c"ab".as_ptr(),
            2.5f64,
            255 as c_long,
            c_int::from(b'z'),
        );
        println!("{n} {:?}", CStr::from_ptr(buffer.as_ptr()));
        println!(
            "{}",
            snprintf(
                buffer.as_mut_ptr(),
                4,
                c"%s".as_ptr(),
                c"truncated".as_ptr()
            )
        );
        println!("{:?}", CStr::from_ptr(buffer.as_ptr()));

        let block = malloc(100).cast::<u8>();
        block.write_bytes(b'x', 100);
        println!(
            "{} {}",
            *block.add(99),
            memcmp(block.cast(), block.add(50).cast(), 50)
        );
        free(block.cast());
        println!(
            "{:?} {}",
            CStr::from_ptr(getenv(c"LC_ALL".as_ptr())),
            getenv(c"NOT_SET_AT_ALL".as_ptr()).is_null()
        );
        println!("{} {}", close(-1), std::io::Error::last_os_error());
    }
    println!(
        "{} {:?} {} {}",
        abs(-5),
        div(-17, 5),
        getpid() == std::process::id() as i32,
        pow(2.0, 0.5)
    );
    println!(
        "{} {}",
        renamed(-1 << 40),
        (b'a'..=b'e')
            .map(|c| toupper(c.into()) as u8 as char)
            .collect::<String>()
    );
}
