//! `jitney exports`: what a source offers.

use std::process::ExitCode;

use jitney::{Export, ExportKind, Source};
use serde_json::json;

use crate::Outcome;
use crate::arguments::{self, Exports};
use crate::{interrupt, output};

pub(crate) fn exports(given: Exports) -> Outcome {
    let jit = arguments::jit(&given.sources)?;
    let source = given.options.apply(&jit, &given.sources);
    let loadable = interrupt::build(source, Source::build)?;
    let text = if given.json {
        let exports: Vec<_> = loadable.exports().iter().map(as_json).collect();
        format!("{:#}\n", serde_json::Value::from(exports))
    } else {
        as_text(loadable.exports())
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn as_json(export: &Export) -> serde_json::Value {
    let kind = match export.kind {
        ExportKind::Function => "function",
        ExportKind::Global => "global",
        ExportKind::Type => "type",
    };
    json!({
        "name": export.name,
        "kind": kind,
        "signature": export.signature,
        "doc": export.doc,
        "exported": export.is_exported(),
        "reason": export.reason(),
    })
}

fn as_text(exports: &[Export]) -> String {
    let mut text = String::new();
    for (title, kind) in [
        ("Functions", ExportKind::Function),
        ("Globals", ExportKind::Global),
        ("Types", ExportKind::Type),
    ] {
        let offered = |export: &&Export| export.kind == kind && export.reason().is_none();
        section(&mut text, title, exports.iter().filter(offered));
    }
    let refused = |export: &&Export| export.reason().is_some();
    section(&mut text, "Not exported", exports.iter().filter(refused));
    text
}

fn section<'e>(text: &mut String, title: &str, exports: impl Iterator<Item = &'e Export>) {
    let mut title = Some(title);
    for export in exports {
        if let Some(title) = title.take() {
            let gap = if text.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{gap}{title}\n"));
        }
        text.push_str(&format!("  {}\n      {}\n", export.name, export.signature));
        if let Some(summary) = export
            .doc
            .as_deref()
            .and_then(|doc| doc.lines().find(|line| !line.trim().is_empty()))
        {
            text.push_str(&format!("      {}\n", summary.trim()));
        }
        if let Some(reason) = export.reason() {
            text.push_str(&format!("      not exported: {reason}\n"));
        }
    }
}
