//! What differs from machine to machine: relocations, stubs and relaxations. A port is a file here.

mod x86_64;

pub(crate) use x86_64::{
    STUB_SIZE, Site, Values, apply, fill_stub, needs, thread_pointer, unsupported,
};
