//! What differs from machine to machine: relocations, stubs and relaxations. A port is a folder here.

mod watched_call;
mod x86_64;

pub(crate) use watched_call::call_watched;
pub(crate) use x86_64::{
    Reference, STUB_SIZE, Site, Values, Visit, Wish, apply, apply_plain, fill_stub,
    find_thread_local, needs, thread_pointer, wish,
};
