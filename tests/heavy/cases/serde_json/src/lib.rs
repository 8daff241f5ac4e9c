//! Derived types, dynamic values, numbers at their limits, and errors with their places.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Serialize, Deserialize, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Shape {
    Circle { radius: f64 },
    Polygon { points: Vec<(i32, i32)> },
}

#[derive(Debug, Serialize, Deserialize, PartialEq)]
struct Drawing {
    title: String,
    #[serde(default)]
    shapes: Vec<Shape>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// What the crate makes of a few texts.
pub fn report() -> String {
    let mut report = String::new();
    let text = r#"{"title": "caf\u00e9 \ud83d\ude00", "scale": 1.5e-3,
        "shapes": [{"kind": "circle", "radius": 0.1}, {"kind": "polygon", "points": [[0, -1], [2147483647, 3]]}]}"#;
    let drawing: Drawing = serde_json::from_str(text).unwrap();
    let pretty = serde_json::to_string_pretty(&drawing).unwrap();
    let again: Drawing = serde_json::from_str(&pretty).unwrap();
    assert_eq!(again, drawing);
    writeln!(report, "{drawing:?}\n{pretty}").unwrap();

    let numbers = json!([
        u64::MAX,
        i64::MIN,
        f64::MIN_POSITIVE,
        f64::MAX,
        0.1 + 0.2,
        -0.0
    ]);
    writeln!(report, "{numbers}").unwrap();
    for bad in [
        "",
        "[1,]",
        "{\"a\": nul}",
        "\"\\x\"",
        "[1] 2",
        "1e999",
        &"[".repeat(200),
    ] {
        writeln!(
            report,
            "{}",
            serde_json::from_str::<Value>(bad).unwrap_err()
        )
        .unwrap();
    }
    let unknown = serde_json::from_str::<Shape>(r#"{"kind": "line"}"#).unwrap_err();
    writeln!(report, "{unknown} {:?}", unknown.classify()).unwrap();
    report
}
