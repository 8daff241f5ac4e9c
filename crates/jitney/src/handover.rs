//! What the system hands to a new program above its stack: the arguments, the environment and the auxiliary vector in one
//! table, and behind it their strings in one piece (System V ABI, AMD64 supplement, "Initial Stack and Register State").
//! Programs go past the end of the environment to find the vector, and write over their arguments to rename themselves.

use std::ffi::{CStr, CString, c_char, c_int};
use std::fs;

unsafe extern "C" {
    static mut environ: *const *const c_char;
    /// Where the main thread's stack ends: what the system handed to this process begins there.
    pub(crate) static __libc_stack_end: usize;
}

/// A program's arguments and environment, which stay for the program's life.
pub(crate) struct Handover {
    pub(crate) count: c_int,
    pub(crate) arguments: *const *const c_char,
    pub(crate) environment: *const *const c_char,
}

impl Handover {
    /// Lays out these arguments with this process's environment and auxiliary vector, and tells the system that they are
    /// the process's (`/proc/self/cmdline`).
    ///
    /// # Safety
    /// No other thread uses the environment meanwhile.
    pub(crate) unsafe fn new(arguments: &[CString]) -> Handover {
        let mut variables = Vec::new();
        // SAFETY: `environ` is null or a table of C strings that ends with null.
        unsafe {
            let mut variable = environ;
            while !variable.is_null() && !(*variable).is_null() {
                variables.push(CStr::from_ptr(*variable));
                variable = variable.add(1);
            }
        }
        let strings = arguments.iter().map(CString::as_c_str).chain(variables);
        let mut offsets = Vec::new();
        let mut bytes = Vec::new();
        for string in strings {
            offsets.push(bytes.len());
            bytes.extend_from_slice(string.to_bytes_with_nul());
        }
        let first_variable = offsets.get(arguments.len()).copied();
        let split = first_variable.unwrap_or(bytes.len());
        let bytes = bytes.leak();
        let range = bytes.as_ptr_range();
        let address = |offset: &usize| range.start.addr() + offset;
        let mut words = vec![arguments.len()];
        let (of_arguments, of_variables) = offsets.split_at(arguments.len());
        words.extend(of_arguments.iter().map(address));
        words.push(0);
        let environment = words.len();
        words.extend(of_variables.iter().map(address));
        words.push(0);
        // SAFETY: the loader wrote the variable before the process began, and nothing moves what the system put there.
        unsafe {
            let vector = auxiliary_vector(__libc_stack_end as *mut usize);
            for entry in vector.chunks_exact_mut(2) {
                if entry[0] as u64 == libc::AT_EXECFN && !of_arguments.is_empty() {
                    entry[1] = address(&0);
                }
            }
            words.extend_from_slice(vector);
        }
        tell_the_system(range.start.addr(), address(&split), range.end.addr());
        let words = words.leak();
        Handover {
            count: arguments.len() as c_int,
            arguments: words[1..].as_ptr().cast(),
            environment: words[environment..].as_ptr().cast(),
        }
    }
}

/// The pairs of words after the environment, to the one that ends them.
///
/// # Safety
/// At `stack_end` is what the system handed to this process.
unsafe fn auxiliary_vector(stack_end: *mut usize) -> &'static mut [usize] {
    // SAFETY: the arguments and the environment end with a null each, the vector with the kind 0.
    unsafe {
        let mut word = stack_end.add(1 + *stack_end + 1);
        while *word != 0 {
            word = word.add(1);
        }
        let start = word.add(1);
        let mut pairs = 0;
        while *start.add(2 * pairs) != 0 {
            pairs += 1;
        }
        std::slice::from_raw_parts_mut(start, 2 * pairs + 2)
    }
}

/// Names the strings of the arguments and of the environment to the system. Where it does not take them, `/proc` goes on to
/// show jitney's.
fn tell_the_system(arguments: usize, environment: usize, end: usize) {
    /// `struct prctl_mm_map` (<https://man7.org/linux/man-pages/man2/PR_SET_MM.2const.html>).
    #[repr(C)]
    struct Map {
        start_code: u64,
        end_code: u64,
        start_data: u64,
        end_data: u64,
        start_brk: u64,
        brk: u64,
        start_stack: u64,
        arg_start: u64,
        arg_end: u64,
        env_start: u64,
        env_end: u64,
        auxv: u64,
        auxv_size: u32,
        exe_fd: u32,
    }
    const KEEP_THE_EXECUTABLE: u32 = u32::MAX;
    let Some(known) = fs::read("/proc/self/stat").ok() else {
        return;
    };
    let known = String::from_utf8_lossy(&known);
    // The second field is the process's name in parentheses, and may hold anything
    // (<https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>).
    let Some((_, rest)) = known.rsplit_once(')') else {
        return;
    };
    let fields: Vec<u64> = rest
        .split_whitespace()
        .map(|field| field.parse().unwrap_or(0))
        .collect();
    let field = |number: usize| fields.get(number - 3).copied().unwrap_or(0);
    let map = Map {
        start_code: field(26),
        end_code: field(27),
        start_stack: field(28),
        start_data: field(45),
        end_data: field(46),
        start_brk: field(47),
        // SAFETY: a query.
        brk: unsafe { libc::sbrk(0) }.addr() as u64,
        arg_start: arguments as u64,
        arg_end: environment as u64,
        env_start: environment as u64,
        env_end: end as u64,
        auxv: 0,
        auxv_size: 0,
        exe_fd: KEEP_THE_EXECUTABLE,
    };
    // SAFETY: all but the strings' places is as it was, and the strings stay. The system checks each.
    unsafe {
        libc::prctl(
            libc::PR_SET_MM,
            libc::PR_SET_MM_MAP,
            &raw const map,
            size_of::<Map>(),
            0,
        )
    };
}
