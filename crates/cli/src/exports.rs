//! `jitney exports`: what a source offers.

use std::process::ExitCode;

use jitney::{Export, ExportKind, Jit, Source, Status};
use serde_json::json;

use crate::Outcome;
use crate::arguments::Exports;
use crate::{interrupt, output};

pub(crate) fn exports(arguments: Exports) -> Outcome {
    let jit = Jit::new()?;
    let source = arguments.options.apply(&jit, &arguments.source);
    let loadable = interrupt::build(source, Source::build)?;
    let text = if arguments.json {
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
    let reason = match &export.status {
        Status::Refused { reason } => Some(reason),
        _ => None,
    };
    json!({
        "path": export.path,
        "kind": kind,
        "signature": export.signature,
        "doc": export.doc,
        "exported": matches!(export.status, Status::Exported { .. }),
        "reason": reason,
    })
}

fn as_text(exports: &[Export]) -> String {
    let mut text = String::new();
    for (title, kind) in [
        ("Functions", ExportKind::Function),
        ("Globals", ExportKind::Global),
        ("Types", ExportKind::Type),
    ] {
        let offered = |export: &&Export| {
            export.kind == kind && !matches!(export.status, Status::Refused { .. })
        };
        section(&mut text, title, exports.iter().filter(offered));
    }
    let refused = |export: &&Export| matches!(export.status, Status::Refused { .. });
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
        text.push_str(&format!("  {}\n      {}\n", export.path, export.signature));
        if let Some(summary) = export
            .doc
            .as_deref()
            .and_then(|doc| doc.lines().find(|line| !line.trim().is_empty()))
        {
            text.push_str(&format!("      {}\n", summary.trim()));
        }
        if let Status::Refused { reason } = &export.status {
            text.push_str(&format!("      not exported: {reason}\n"));
        }
    }
}
