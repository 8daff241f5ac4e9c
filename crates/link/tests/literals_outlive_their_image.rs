//! A `&'static str` that a module hands out stays readable when the module is gone, and linking the
//! same object again takes no more memory for it. One test, alone in its process: it counts bytes.

mod support;

use support::{compile, function, link, linker};

#[test]
fn a_literal_stays_and_is_kept_once() {
    let long = "long ".repeat(30_000);
    let text = format!(
        r#"
        #[unsafe(no_mangle)] pub fn short() -> &'static str {{ "a literal of the module" }}
        #[unsafe(no_mangle)] pub fn bytes() -> &'static [u8] {{ b"bytes\x00\xff of the module" }}
        #[unsafe(no_mangle)] pub fn long() -> &'static str {{ "{long}" }}
        #[unsafe(no_mangle)] pub fn table() -> [u64; 8] {{ [11, 12, 13, 14, 15, 16, 17, 18] }}
        "#
    );
    let roots = ["short", "bytes", "long", "table"];
    let object = compile::rust("literals", &["-O"], &text);
    let image = link(&object, &roots);
    // SAFETY: these are their types; they are called before the image is dropped.
    let (short, bytes, kept, numbers) = unsafe {
        (
            function::<fn() -> &'static str>(&image, "short")(),
            function::<fn() -> &'static [u8]>(&image, "bytes")(),
            function::<fn() -> &'static str>(&image, "long")(),
            function::<fn() -> [u64; 8]>(&image, "table")(),
        )
    };
    let occupied = image.range();
    drop(image);
    assert!(!occupied.contains(&(short.as_ptr().addr())));
    assert_eq!(short, "a literal of the module");
    assert_eq!(bytes, b"bytes\x00\xff of the module");
    assert!(kept == long, "a literal of {} bytes", long.len());
    assert_eq!(numbers, [11, 12, 13, 14, 15, 16, 17, 18]);

    let before = linker().shared_memory();
    for _ in 0..1000 {
        let image = link(&object, &roots);
        // SAFETY: as above.
        let again = unsafe { function::<fn() -> &'static str>(&image, "short") }();
        assert_eq!(again.as_ptr(), short.as_ptr());
    }
    assert_eq!(linker().shared_memory(), before);

    // A named constant has an identity, and goes with its image.
    let text = "#[unsafe(no_mangle)] pub static NAMED: [u8; 16] = *b\"sixteen bytes ok\";";
    let image = link(&compile::rust("named", &[], text), &["NAMED"]);
    assert!(image.range().contains(&support::address(&image, "NAMED")));
}
