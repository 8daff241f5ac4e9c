/// In a file of its own.
pub fn deep() -> &'static str {
    concat!(file!(), ":", line!())
}

/// Fails, and says where.
pub fn fail() {
    panic!("on purpose")
}
