//! The registers of stopped code, and how it is sent elsewhere.

use windows_sys::Win32::System::Diagnostics::Debug::CONTEXT;

use crate::guard::enter::WayBack;

const TRAP_FLAG: u32 = 1 << 8;
const DIRECTION_FLAG: u32 = 1 << 10;
const NESTED_TASK: u32 = 1 << 14;
const RESUME_FLAG: u32 = 1 << 16;
const ALIGNMENT_FLAG: u32 = 1 << 18;

/// Changes the registers so that the thread goes on its way back.
pub(super) fn redirect(context: &mut CONTEXT, way_back: &WayBack) {
    context.Rip = way_back.program_counter as u64;
    context.Rsp = way_back.stack_pointer as u64;
    context.R12 = way_back.landing as u64;
    context.EFlags &= !(TRAP_FLAG | DIRECTION_FLAG | NESTED_TASK | RESUME_FLAG | ALIGNMENT_FLAG);
}
