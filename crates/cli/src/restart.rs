//! Programs that start themselves again: servers that run workers, tests that run a part of
//! themselves in a child.
//!
//! A program knows itself as `current_exe`, as `args[0]` or as `/proc/self/exe`. Under `jitney run`
//! the first and last are jitney and the second is its source. The standard library starts processes
//! by two functions of the C library, programs in C by some more, and an executable's own definitions of
//! those come first: the ones below run the program again instead. No environment variable tells the
//! child; the program would see it.

use std::ffi::{CStr, CString, OsString, c_char, c_int, c_void};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::ptr;
use std::sync::OnceLock;

/// A child with more arguments than this is started as it was asked for.
const MOST: usize = 1024;

/// The run that this process is, once it is known.
static RUN: OnceLock<Run> = OnceLock::new();

struct Run {
    executable: CString,
    source: CString,
    /// `jitney`, `run`, the options, the source and `--`.
    prefix: Vec<CString>,
}

/// Takes note of what this process runs, from its own arguments, of which `sources` are the program and the last
/// `program_arguments` are the program's.
pub(crate) fn remember(sources: &[PathBuf], program_arguments: usize) {
    let remembered = || -> Option<Run> {
        let c_string = |text: OsString| CString::new(text.into_vec()).ok();
        let mut prefix: Vec<OsString> = std::env::args_os().collect();
        prefix.truncate(prefix.len().checked_sub(program_arguments)?);
        // The program may change its folder.
        for source in sources {
            let full = source.canonicalize().ok()?.into_os_string();
            for word in prefix.iter_mut().filter(|word| **word == **source) {
                word.clone_from(&full);
            }
        }
        if prefix.last().is_none_or(|last| last != "--") {
            prefix.push("--".into());
        }
        Some(Run {
            executable: c_string(std::env::current_exe().ok()?.into_os_string())?,
            source: CString::new(sources.first()?.as_os_str().as_bytes()).ok()?,
            prefix: prefix.into_iter().map(c_string).collect::<Option<_>>()?,
        })
    };
    if let Some(run) = remembered() {
        look_up();
        let _ = RUN.set(run);
    }
}

type Words = [*const c_char; MOST];

/// The executable and the arguments that run the program again, if `file` is the program.
///
/// Allocates nothing and takes no lock: it may be called between `fork` and `exec`.
///
/// # Safety
/// `file` is a C string and `arguments` a NULL-terminated table of C strings.
unsafe fn again(
    file: *const c_char,
    mut arguments: *const *const c_char,
    words: &mut Words,
) -> Option<&'static CStr> {
    let run = RUN.get()?;
    // SAFETY: the caller's promise.
    let file = unsafe { CStr::from_ptr(file) };
    let own = [&run.executable, &run.source];
    if !own.into_iter().any(|name| name.as_c_str() == file) && file != c"/proc/self/exe" {
        return None;
    }
    let mut places = words.iter_mut();
    for word in &run.prefix {
        *places.next()? = word.as_ptr();
    }
    // SAFETY: the caller's promise. The first word is the name the program gives its child.
    unsafe {
        if !(*arguments).is_null() {
            arguments = arguments.add(1);
        }
        while !(*arguments).is_null() {
            *places.next()? = *arguments;
            arguments = arguments.add(1);
        }
    }
    *places.next()? = ptr::null();
    Some(&run.executable)
}

type Spawn = unsafe extern "C" fn(
    *mut libc::pid_t,
    *const c_char,
    *const libc::posix_spawn_file_actions_t,
    *const libc::posix_spawnattr_t,
    *const *const c_char,
    *const *const c_char,
) -> c_int;

type Exec = unsafe extern "C" fn(*const c_char, *const *const c_char) -> c_int;

type ExecWithEnvironment =
    unsafe extern "C" fn(*const c_char, *const *const c_char, *const *const c_char) -> c_int;

/// Looks all of the C library's own functions up: a child between `fork` and `exec` may not.
fn look_up() {
    own_posix_spawn();
    own_posix_spawnp();
    own_execv();
    own_execvp();
    own_execve();
    own_execvpe();
}

/// The definition that comes after this executable's.
fn next(name: &CStr) -> *mut c_void {
    // SAFETY: `name` is a C string. The C library, which is loaded, defines all names asked for.
    let function = unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr()) };
    assert!(!function.is_null(), "the C library has no {name:?}");
    function
}

/// Defines a function of the C library that starts the program again where it is asked to start jitney or the source, and
/// does what the C library's own does everywhere else.
macro_rules! starts {
    ($own:ident $type:ty: $name:ident ($($before:ident: $before_type:ty,)*) $file:ident, ($($between:ident: $between_type:ty,)*)
     $arguments:ident, ($($after:ident: $after_type:ty)?)) => {
        fn $own() -> $type {
            static OWN: OnceLock<$type> = OnceLock::new();
            let name = concat!(stringify!($name), "\0");
            let name = CStr::from_bytes_with_nul(name.as_bytes()).expect("it ends with a NUL");
            // SAFETY: this is the signature of the function of that name.
            *OWN.get_or_init(|| unsafe { std::mem::transmute::<*mut c_void, $type>(next(name)) })
        }

        /// # Safety
        /// As for the C library's function of this name.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(
            $($before: $before_type,)*
            $file: *const c_char,
            $($between: $between_type,)*
            $arguments: *const *const c_char,
            $($after: $after_type)?
        ) -> c_int {
            let mut words: Words = [ptr::null(); MOST];
            // SAFETY: the caller's promise is passed on.
            unsafe {
                let ($file, $arguments) = match again($file, $arguments, &mut words) {
                    Some(executable) => (executable.as_ptr(), words.as_ptr()),
                    None => ($file, $arguments),
                };
                $own()($($before,)* $file, $($between,)* $arguments, $($after)?)
            }
        }
    };
}

starts!(own_posix_spawn Spawn: posix_spawn(process: *mut libc::pid_t,) file,
    (actions: *const libc::posix_spawn_file_actions_t, attributes: *const libc::posix_spawnattr_t,)
    arguments, (environment: *const *const c_char));
starts!(own_posix_spawnp Spawn: posix_spawnp(process: *mut libc::pid_t,) file,
    (actions: *const libc::posix_spawn_file_actions_t, attributes: *const libc::posix_spawnattr_t,)
    arguments, (environment: *const *const c_char));
starts!(own_execv Exec: execv() file, () arguments, ());
starts!(own_execvp Exec: execvp() file, () arguments, ());
starts!(own_execve ExecWithEnvironment: execve() file, () arguments, (environment: *const *const c_char));
starts!(own_execvpe ExecWithEnvironment: execvpe() file, () arguments, (environment: *const *const c_char));
