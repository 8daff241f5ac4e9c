//! Between a frame, which numbers registers in the order of a calling convention, and the tasks and records of the
//! runtime, which number them as the processor's file in `arch/` does.

use crate::{
    Abi,
    frame::{Frame, STACK_LEN},
};

use super::{
    arch::{FLOATS, INTEGERS, STACK_WORDS, places, returned_float},
    shared::{Record, Task},
};

const WORD: usize = size_of::<usize>();

/// Where a convention has its values.
pub(super) struct Places {
    /// The registers for whole arguments.
    pub(super) arguments: &'static [usize],
    /// Those for whole results.
    pub(super) results: &'static [usize],
    /// Words of the stack below the arguments that belong to the function called.
    pub(super) home: usize,
    /// Registers that hold something of their own.
    pub(super) fixed: &'static [(usize, u64)],
}

/// What it takes to read the results of a frame, remembered by the host.
#[derive(Clone, Copy, Default)]
pub(super) struct Expected {
    pub(super) abi: Abi,
    results: u32,
    stack_len: u32,
    returns_float: u32,
}

/// Lays out a call of the code at `address`, in the worker.
///
/// # Safety
/// `task` leads to memory for a task, which nobody reads meanwhile.
pub(super) unsafe fn write(task: *mut Task, address: u64, abi: Abi, frame: &Frame) -> Expected {
    let places = places(abi);
    let mut integers = [0; INTEGERS];
    for (&register, &value) in places.arguments.iter().zip(&frame.integers) {
        integers[register] = value;
    }
    for &(register, value) in places.fixed {
        integers[register] = value;
    }
    let mut floats = [0; FLOATS];
    floats
        .iter_mut()
        .zip(&frame.floats)
        .for_each(|(register, &value)| *register = value);
    let used = (frame.stack_len as usize).min(STACK_LEN);
    let words = places.home + used.div_ceil(WORD);
    // SAFETY: the caller's memory, and a task has room for all the words of a frame and those of its home.
    unsafe {
        (&raw mut (*task).code).write(address);
        (&raw mut (*task).stack_words).write(words as u64);
        (&raw mut (*task).integers).write(integers);
        (&raw mut (*task).floats).write(floats);
        let stack = (&raw mut (*task).stack).cast::<usize>();
        stack.write_bytes(0, places.home);
        let arguments = stack.add(places.home).cast::<u8>();
        arguments.copy_from_nonoverlapping(frame.stack.as_ptr(), used.next_multiple_of(WORD));
    }
    Expected {
        abi,
        results: frame.results,
        stack_len: frame.stack_len,
        returns_float: frame.returns_float,
    }
}

const _: () = assert!(STACK_LEN.is_multiple_of(WORD) && STACK_WORDS >= STACK_LEN / WORD + 4);

/// The frame that a record makes of what was expected.
pub(super) fn read(record: &Record, expected: &Expected) -> Frame {
    let places = places(expected.abi);
    let mut frame = Frame::empty();
    for (value, &register) in frame.integers.iter_mut().zip(places.results) {
        *value = record.integers[register];
    }
    frame
        .floats
        .iter_mut()
        .zip(&record.floats)
        .for_each(|(value, &register)| *value = register);
    if let Some(float) = returned_float(record, expected.returns_float) {
        frame.floats[0] = float;
    }
    frame.results = expected.results;
    frame.stack_len = expected.stack_len;
    frame.returns_float = expected.returns_float;
    let used = (expected.stack_len as usize).min(STACK_LEN).div_ceil(WORD);
    let words = record.stack[places.home..][..used].iter();
    for (bytes, word) in frame.stack.chunks_exact_mut(WORD).zip(words) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    frame
}
