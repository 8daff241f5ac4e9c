//@ exit: 4
// A function that the loader calls at the end, by .fini_array: after main, its thread-locals and what atexit was given.
use std::process::ExitCode;

extern "C" fn last() {
    println!("last of all");
}

#[used]
#[unsafe(link_section = ".fini_array")]
static LAST: extern "C" fn() = last;

extern "C" fn registered() {
    println!("registered with atexit");
}

unsafe extern "C" {
    safe fn atexit(f: extern "C" fn()) -> i32;
}

struct Loud;
impl Drop for Loud {
    fn drop(&mut self) {
        println!("thread-local dropped");
    }
}
thread_local! {
    static LOCAL: Loud = const { Loud };
}

fn main() -> ExitCode {
    LOCAL.with(|_| ());
    println!("{}", atexit(registered));
    ExitCode::from(4)
}
