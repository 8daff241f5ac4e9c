#![doc = include_str!("../README.md")]

mod unwinder;

pub use unwinder::FrameRegistration;
