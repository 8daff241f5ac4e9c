//@ exit: 101
// assert_eq with a message: both sides on stderr.
fn main() {
    assert!(1 + 1 == 2, "fine");
    assert_ne!("a", "b");
    let measured = vec![("width", 3.5), ("height", f64::NAN)];
    println!("before");
    assert_eq!(
        measured[0],
        ("width", 3.25),
        "measured {} things",
        measured.len()
    );
}
