//! A dependency from the registry: `jitney call --dep serde_json@1 examples/json.rs 'my_func(br#"{"k":"v"}"#)'`.

/// Parses a JSON text.
pub fn my_func(text: &[u8]) -> Result<serde_json::Value, serde_json::Error> {
    serde_json::from_slice(text)
}
