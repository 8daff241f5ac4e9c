//! A library of the workspace.

/// Only there with the feature that the program asks for.
#[cfg(feature = "round")]
pub fn circle(radius: f64) -> f64 {
    radius * radius * 3.0
}

pub static SEEN: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
