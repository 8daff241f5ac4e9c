//! What is raw code: questions to jitney-memory that a signal handler may ask.

#[doc(hidden)]
pub static STUB: [std::sync::atomic::AtomicUsize; 2] =
    [const { std::sync::atomic::AtomicUsize::new(0) }; 2];
pub(super) fn is_code(a: usize) -> bool {
    code_at(a).is_some()
}
pub(super) fn code_at(a: usize) -> Option<std::ops::Range<usize>> {
    let r = STUB[0].load(std::sync::atomic::Ordering::Relaxed)
        ..STUB[1].load(std::sync::atomic::Ordering::Relaxed);
    r.contains(&a).then_some(r)
}
/// The byte at `address` of raw code; `None` where there is no raw code.
pub(super) fn byte_at(address: usize) -> Option<u8> {
    // SAFETY: raw code is readable, and it is kept alive by whoever runs it.
    is_code(address).then(|| unsafe { *(address as *const u8) })
}
