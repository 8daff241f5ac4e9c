//! What differs from machine to machine: relocations, stubs and relaxations. A port is a file here.

mod watched_call;
mod x86_64;

pub(crate) use watched_call::call_watched;
pub(crate) use x86_64::{
    STUB_SIZE, Site, Values, apply, fill_stub, needs, thread_pointer, unsupported,
};
