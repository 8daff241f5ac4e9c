// Libraries named by #[link], the environment and streams of C, its threads and keys, dlsym, fork and wait.
use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_double, c_int, c_void};
use std::io::Write;

#[link(name = "m")]
unsafe extern "C" {
    safe fn tgamma(x: c_double) -> c_double;
    safe fn erf(x: c_double) -> c_double;
}

#[link(name = "dl")]
unsafe extern "C" {
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
}

#[link(name = "pthread")]
unsafe extern "C" {
    fn pthread_create(
        thread: *mut usize,
        attributes: *const c_void,
        start: extern "C" fn(*mut c_void) -> *mut c_void,
        argument: *mut c_void,
    ) -> c_int;
    fn pthread_join(thread: usize, result: *mut *mut c_void) -> c_int;
    fn pthread_key_create(key: *mut u32, destructor: extern "C" fn(*mut c_void)) -> c_int;
    fn pthread_setspecific(key: u32, value: *const c_void) -> c_int;
}

unsafe extern "C" {
    static environ: *const *const c_char;
    static stdout: *mut c_void;
    fn fputs(text: *const c_char, stream: *mut c_void) -> c_int;
    fn fflush(stream: *mut c_void) -> c_int;
    fn printf(format: *const c_char, ...) -> c_int;
    fn fork() -> c_int;
    fn waitpid(pid: c_int, status: *mut c_int, options: c_int) -> c_int;
    safe fn _exit(code: c_int) -> !;
}

struct Loud(u8);
impl Drop for Loud {
    fn drop(&mut self) {
        println!("thread-local {} dropped", self.0);
    }
}
thread_local! {
    static LOCAL: RefCell<Vec<Loud>> = const { RefCell::new(Vec::new()) };
}

extern "C" fn specific_gone(value: *mut c_void) {
    println!("key's value {} gone", value.addr());
}

extern "C" fn start(argument: *mut c_void) -> *mut c_void {
    LOCAL.with_borrow_mut(|l| l.push(Loud(5)));
    println!(
        "in a thread of C's, {}",
        std::thread::current().name().is_none()
    );
    std::ptr::without_provenance_mut(argument.addr() * 2)
}

extern "C" fn start_with_key(key: *mut c_void) -> *mut c_void {
    // SAFETY: the argument is the number of a key.
    unsafe { pthread_setspecific(key.addr() as u32, std::ptr::without_provenance(77)) };
    key
}

fn main() {
    println!("{} {:.12}", tgamma(6.0), erf(0.5));
    // SAFETY: the declarations are those of the C library; each pointer is valid for its call.
    unsafe {
        let strlen = dlsym(std::ptr::null_mut(), c"strlen".as_ptr());
        let strlen: extern "C" fn(*const c_char) -> usize = std::mem::transmute(strlen);
        println!(
            "{} {}",
            strlen(c"found by name".as_ptr()),
            dlsym(std::ptr::null_mut(), c"no_such_symbol".as_ptr()).is_null()
        );
        let count = (0..).take_while(|i| !(*environ.add(*i)).is_null()).count();
        let entries = (0..count).map(|i| CStr::from_ptr(*environ.add(i)));
        println!(
            "{} {:?}",
            count == std::env::vars_os().count(),
            entries
                .into_iter()
                .find(|e| e.to_bytes().starts_with(b"LC_ALL="))
        );

        let (mut thread, mut result, mut key) = (0, std::ptr::null_mut(), 0);
        assert_eq!(
            pthread_create(
                &raw mut thread,
                std::ptr::null(),
                start,
                std::ptr::without_provenance_mut(21)
            ),
            0
        );
        pthread_join(thread, &raw mut result);
        println!("{}", result.addr());
        pthread_key_create(&raw mut key, specific_gone);
        pthread_create(
            &raw mut thread,
            std::ptr::null(),
            start_with_key,
            std::ptr::without_provenance_mut(key as usize),
        );
        pthread_join(thread, std::ptr::null_mut());

        fputs(c"by C, flushed\n".as_ptr(), stdout);
        fflush(stdout);
        let child = fork();
        if child == 0 {
            println!("in the child");
            std::io::stdout().flush().unwrap();
            _exit(13);
        }
        let mut status = 0;
        println!(
            "{} {}",
            waitpid(child, &raw mut status, 0) == child,
            status >> 8
        );
        // C's buffer comes out when the process ends, after all that Rust printed.
        printf(c"by C, %s\n".as_ptr(), c"at the end".as_ptr());
    }
    println!("by Rust");
}
