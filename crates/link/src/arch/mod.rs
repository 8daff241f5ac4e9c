//! What differs from machine to machine: relocations, stubs and relaxations. A port is a folder here.

mod x86_64;

pub(crate) use x86_64::{
    INTEGER_REGISTERS, Reference, STUB_SIZE, Site, Values, Visit, Wish, apply, apply_plain,
    call_watched, fill_stub, find_thread_local, is_plain, needs, thread_pointer, trampoline, wish,
};
