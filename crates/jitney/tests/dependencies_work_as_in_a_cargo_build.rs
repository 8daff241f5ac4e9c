//! Crates from the registry: two majors of one crate, SIMD, C code, procedural macros.

mod support;

use support::jit;

#[test]
fn two_majors_of_one_crate_in_one_module() {
    let module = jit()
        .text(
            "pub fn both(x: u32) -> (String, String) {
                 let mut old = String::new();
                 itoa_old::fmt(&mut old, x).unwrap();
                 (old, itoa_new::Buffer::new().format(x).to_owned())
             }",
        )
        .dependency("itoa_old=itoa", "0.4")
        .dependency("itoa_new=itoa", "1")
        .load()
        .unwrap();
    let both = module
        .function::<fn(u32) -> (String, String)>("both")
        .unwrap();
    assert_eq!(
        both(4_000_000_000),
        ("4000000000".into(), "4000000000".into())
    );
}

#[test]
fn a_dependency_without_its_default_features() {
    let source = |features: &[&str]| {
        let text = "pub fn shown(bytes: &[u8]) -> String { hex::encode(bytes) }";
        jit()
            .text(text)
            .dependency_with_only_features("hex", "0.4", features.iter().copied())
    };
    let refused = source(&[]).build().unwrap_err().to_string();
    assert!(
        refused.contains("cannot find function `encode` in crate `hex`"),
        "{refused}"
    );
    let module = source(&["alloc"]).load().unwrap();
    let shown = module.function::<fn(&[u8]) -> String>("shown").unwrap();
    assert_eq!(shown(&[0x0f, 0xa0]), "0fa0");
}

#[test]
fn a_dependency_with_simd() {
    let module = jit()
        .text("pub fn find(needle: &[u8], hay: &[u8]) -> Vec<usize> { memchr::memmem::find_iter(hay, needle).collect() }")
        .dependency("memchr", "2")
        .opt_level(2)
        .load()
        .unwrap();
    let find = module
        .function::<fn(&[u8], &[u8]) -> Vec<usize>>("find")
        .unwrap();
    let hay = "the quick brown fox and the other fox".repeat(40);
    let expected: Vec<usize> = hay.match_indices("fox").map(|(at, _)| at).collect();
    assert_eq!(find(b"fox", hay.as_bytes()), expected);
}

#[test]
fn a_dependency_with_c_code() {
    let module = jit()
        .text(
            "pub fn squeeze(b: &[u8]) -> Vec<u8> { lz4::block::compress(b, None, true).unwrap() }
             pub fn expand(b: &[u8]) -> Vec<u8> { lz4::block::decompress(b, None).unwrap() }",
        )
        .dependency("lz4", "1")
        .load()
        .unwrap();
    let squeeze = module.function::<fn(&[u8]) -> Vec<u8>>("squeeze").unwrap();
    let expand = module.function::<fn(&[u8]) -> Vec<u8>>("expand").unwrap();
    let text = "abcabcabd".repeat(10_000).into_bytes();
    let small = squeeze(&text);
    assert!(small.len() < text.len() / 50, "{} bytes", small.len());
    assert_eq!(expand(&small), text);
}

#[test]
fn a_dependency_with_a_derive_macro() {
    let module = jit()
        .text(
            "#[derive(serde::Serialize, serde::Deserialize)] struct Point { x: i32, #[serde(default)] label: String }
             pub fn label(json: &str) -> Result<String, String> {
                 let p: Point = serde_json::from_str(json).map_err(|e| e.to_string())?;
                 Ok(format!(\"{}@{}\", p.label, p.x))
             }",
        )
        .dependency_with_features("serde", "1", ["derive"])
        .dependency("serde_json", "1")
        .load()
        .unwrap();
    let label = module
        .function::<fn(&str) -> Result<String, String>>("label")
        .unwrap();
    assert_eq!(label(r#"{"x": 3, "label": "c"}"#).unwrap(), "c@3");
    assert_eq!(
        label("{}").unwrap_err(),
        "missing field `x` at line 1 column 2"
    );
}
