//! What the compiler says, as data and as its own rendered text. rustc writes one JSON object a line; nothing of its
//! wording is changed on the way to the user.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// One message of the compiler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How grave it is.
    pub level: Level,
    /// The error's code ("E0308") or the lint's name ("unused_variables").
    pub code: Option<String>,
    /// The message alone, one line as a rule.
    pub message: String,
    /// The places it speaks of; empty for a message about the whole.
    pub spans: Vec<Span>,
    /// The whole text as rustc prints it, with code excerpts, notes and helps.
    pub rendered: String,
}

/// How grave a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// The source was refused because of it.
    Error,
    /// The source was accepted all the same.
    Warning,
    /// Said beside the others.
    Note,
    /// An advice.
    Help,
}

/// A place in a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The file, as the user named it.
    pub file: String,
    /// First line, from 1.
    pub line: usize,
    /// First column, from 1, in characters.
    pub column: usize,
    /// Last line, from 1.
    pub end_line: usize,
    /// The column after the last character, from 1.
    pub end_column: usize,
    /// Whether the message is about this place, rather than explained by it.
    pub primary: bool,
    /// What is said of this place.
    pub label: Option<String>,
    /// Bytes of the file.
    pub(crate) bytes: Range<usize>,
    /// Where the outermost macro call stands, when the place is in a macro's expansion.
    pub(crate) call_site: Option<(String, Range<usize>)>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rendered.trim_end())
    }
}

impl Diagnostic {
    /// A message that is not the compiler's: jitney's own, or a line that was not JSON.
    pub(crate) fn plain(level: Level, message: String) -> Diagnostic {
        let rendered = match level {
            Level::Error => format!("error: {message}\n\n"),
            Level::Warning => format!("warning: {message}\n\n"),
            Level::Note | Level::Help => format!("{message}\n"),
        };
        Diagnostic {
            level,
            code: None,
            message,
            spans: Vec::new(),
            rendered,
        }
    }

    /// "2 warnings emitted", "aborting due to 3 previous errors": counts, not findings.
    pub(crate) fn is_summary(&self) -> bool {
        self.spans.is_empty()
            && self.code.is_none()
            && (self.message.ends_with(" emitted") || self.message.starts_with("aborting due to "))
    }

    /// A lint, which a level (`deny`, `forbid`) made an error, rather than an error of the language.
    pub(crate) fn is_lint(&self) -> bool {
        self.code
            .as_deref()
            .is_some_and(|code| !code.starts_with('E'))
    }

    /// Replaces a path of ours by the one the user knows, in every text.
    pub(crate) fn rename(&mut self, ours: &str, theirs: &str) {
        let of_spans = self.spans.iter_mut().flat_map(|span| {
            let call_site = span.call_site.as_mut().map(|(file, _)| file);
            [Some(&mut span.file), span.label.as_mut(), call_site]
                .into_iter()
                .flatten()
        });
        for text in [&mut self.message, &mut self.rendered]
            .into_iter()
            .chain(of_spans)
        {
            if text.contains(ours) {
                *text = text.replace(ours, theirs);
            }
        }
    }
}

/// Shows all messages one after the other, as rustc prints them.
pub(crate) struct Rendered<'a>(pub(crate) &'a [Diagnostic]);

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self
            .0
            .iter()
            .map(|diagnostic| diagnostic.rendered.as_str())
            .collect();
        f.write_str(text.trim_end())
    }
}

/// Reads what rustc wrote with `--error-format=json`. Lines that are not JSON (a panic of the compiler, an option it
/// rejects before it knows the format) are kept as errors if `failed`, as notes otherwise.
pub(crate) fn read(output: &str, failed: bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut plain = String::new();
    for line in output.lines() {
        match serde_json::from_str::<Message>(line) {
            Ok(message)
                if message
                    .kind
                    .as_deref()
                    .is_none_or(|kind| kind == "diagnostic") =>
            {
                flush(&mut plain, failed, &mut found);
                found.push(message.into());
            }
            Ok(_) => {}
            Err(_) => {
                plain.push_str(line);
                plain.push('\n');
            }
        }
    }
    flush(&mut plain, failed, &mut found);
    found
}

fn flush(plain: &mut String, failed: bool, found: &mut Vec<Diagnostic>) {
    let text = std::mem::take(plain);
    if text.trim().is_empty() {
        return;
    }
    found.push(Diagnostic {
        level: if failed { Level::Error } else { Level::Note },
        code: None,
        message: text.trim().trim_start_matches("error: ").to_owned(),
        spans: Vec::new(),
        rendered: text,
    });
}

/// rustc's JSON: <https://doc.rust-lang.org/rustc/json.html#diagnostics>.
#[derive(Deserialize)]
struct Message {
    #[serde(rename = "$message_type")]
    kind: Option<String>,
    #[serde(default)]
    message: String,
    code: Option<Code>,
    #[serde(default)]
    level: String,
    #[serde(default)]
    spans: Vec<JsonSpan>,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct JsonSpan {
    file_name: String,
    byte_start: usize,
    byte_end: usize,
    line_start: usize,
    line_end: usize,
    column_start: usize,
    column_end: usize,
    is_primary: bool,
    label: Option<String>,
    expansion: Option<Box<Expansion>>,
}

#[derive(Deserialize)]
struct Expansion {
    span: JsonSpan,
}

impl From<Message> for Diagnostic {
    fn from(message: Message) -> Diagnostic {
        let level = match message.level.as_str() {
            "warning" => Level::Warning,
            "note" | "failure-note" => Level::Note,
            "help" => Level::Help,
            _ => Level::Error,
        };
        Diagnostic {
            level,
            code: message.code.map(|code| code.code),
            rendered: message
                .rendered
                .unwrap_or_else(|| format!("{}\n", message.message)),
            message: message.message,
            spans: message.spans.into_iter().map(Span::from).collect(),
        }
    }
}

impl From<JsonSpan> for Span {
    fn from(span: JsonSpan) -> Span {
        let mut outermost = span.expansion.as_deref();
        while let Some(outer) = outermost.and_then(|expansion| expansion.span.expansion.as_deref())
        {
            outermost = Some(outer);
        }
        let call_site = outermost.map(|expansion| {
            let site = &expansion.span;
            (site.file_name.clone(), site.byte_start..site.byte_end)
        });
        Span {
            line: span.line_start,
            column: span.column_start,
            end_line: span.line_end,
            end_column: span.column_end,
            primary: span.is_primary,
            label: span.label,
            bytes: span.byte_start..span.byte_end,
            file: span.file_name,
            call_site,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"$message_type":"diagnostic","message":"mismatched types","code":{"code":"E0308","explanation":"x"},"level":"error","spans":[{"file_name":"a.rs","byte_start":19,"byte_end":23,"line_start":1,"line_end":1,"column_start":20,"column_end":23,"is_primary":true,"text":[],"label":"expected `u8`","suggested_replacement":null,"expansion":{"span":{"file_name":"b.rs","byte_start":1,"byte_end":2,"line_start":1,"line_end":1,"column_start":2,"column_end":3,"is_primary":false,"text":[],"label":null,"expansion":null},"macro_decl_name":"m!"}}],"children":[],"rendered":"error[E0308]: mismatched types\n\n"}"#;

    #[test]
    fn a_line_of_json_becomes_a_diagnostic() {
        let found = read(LINE, true);
        let [one] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(
            (one.level, one.code.as_deref()),
            (Level::Error, Some("E0308"))
        );
        let span = &one.spans[0];
        assert_eq!(
            (span.file.as_str(), span.line, span.column, span.end_column),
            ("a.rs", 1, 20, 23)
        );
        assert_eq!(span.call_site, Some(("b.rs".to_owned(), 1..2)));
        assert_eq!(one.to_string(), "error[E0308]: mismatched types");
    }

    #[test]
    fn text_that_is_not_json_is_kept_whole_and_in_order() {
        let found = read(
            &format!("thread 'rustc' panicked\nat x.rs\n{LINE}\nquery stack"),
            true,
        );
        let shown: Vec<&str> = found
            .iter()
            .map(|diagnostic| diagnostic.rendered.trim_end())
            .collect();
        assert_eq!(
            shown,
            [
                "thread 'rustc' panicked\nat x.rs",
                "error[E0308]: mismatched types",
                "query stack"
            ]
        );
        assert!(
            found
                .iter()
                .all(|diagnostic| diagnostic.level == Level::Error)
        );
    }

    #[test]
    fn messages_of_other_kinds_are_left_out() {
        assert_eq!(
            read(
                r#"{"$message_type":"artifact","artifact":"x.o","emit":"obj"}"#,
                false
            ),
            []
        );
    }
}
