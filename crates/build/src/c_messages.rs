//! What a C compiler says, as data: gcc's, clang's and the assembler's text cut into its messages. Not a letter of it is
//! lost: the pieces put together again are the text.

use crate::diagnostic::{Diagnostic, Level, Span};

/// The words by which gcc, clang and the GNU assembler begin a message. Where a compiler speaks another language than
/// English nothing is recognized, and its text is one message.
const WORDS: [(&str, Option<Level>); 7] = [
    ("fatal error: ", Some(Level::Error)),
    ("error: ", Some(Level::Error)),
    ("Fatal error: ", Some(Level::Error)),
    ("Error: ", Some(Level::Error)),
    ("warning: ", Some(Level::Warning)),
    ("Warning: ", Some(Level::Warning)),
    // A note belongs to the message before it.
    ("note: ", None),
];

/// Cuts a compiler's text into messages; `failed` says whether the file was refused.
pub(crate) fn read(text: &str, failed: bool) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut introduction = String::new();
    for line in text.split_inclusive('\n') {
        let plain = without_colours(line.trim_end());
        if let Some(heading) = Heading::read(&plain) {
            let rendered = std::mem::take(&mut introduction) + line;
            match (heading.level, found.last_mut()) {
                (None, Some(last)) => last.rendered.push_str(&rendered),
                (level, _) => found.push(heading.into_diagnostic(level, rendered)),
            }
        } else if introduces(&plain) || !introduction.is_empty() {
            introduction.push_str(line);
        } else if let Some(last) = found.last_mut() {
            last.rendered.push_str(line);
        } else {
            introduction.push_str(line);
        }
    }
    if !introduction.is_empty() {
        match found.last_mut() {
            Some(last) => last.rendered.push_str(&introduction),
            None if introduction.trim().is_empty() => {}
            None => found.push(Diagnostic {
                level: if failed { Level::Error } else { Level::Warning },
                code: None,
                message: without_colours(introduction.trim()),
                spans: Vec::new(),
                rendered: introduction,
            }),
        }
    }
    if failed
        && !found.iter().any(|one| one.level == Level::Error)
        && let Some(last) = found.last_mut()
    {
        last.level = Level::Error;
    }
    found
}

/// Whether a line tells where the next message is: `x.c: In function ‘main’:`, `In file included from x.h:3,`.
fn introduces(line: &str) -> bool {
    line.starts_with("In file included from ")
        || line.starts_with("                 from ")
        || (line.ends_with(':') && !line.starts_with(' ') && line.contains(": "))
}

/// The first line of a message: `x.c:3:5: error: …`.
struct Heading<'t> {
    place: &'t str,
    level: Option<Level>,
    message: &'t str,
}

impl<'t> Heading<'t> {
    fn read(line: &'t str) -> Option<Heading<'t>> {
        // Excerpts of the source, which may say anything, are indented.
        if line.starts_with(' ') {
            return None;
        }
        let (at, word, level) = WORDS
            .iter()
            .filter_map(|(word, level)| {
                let at = line.find(&format!(": {word}"))?;
                Some((at, *word, *level))
            })
            .min_by_key(|(at, ..)| *at)?;
        Some(Heading {
            place: &line[..at],
            level,
            message: &line[at + 2 + word.len()..],
        })
    }

    fn into_diagnostic(self, level: Option<Level>, rendered: String) -> Diagnostic {
        let (message, code) = match self.message.rsplit_once(" [-W") {
            Some((message, flag)) if flag.ends_with(']') => {
                (message, Some(format!("-W{}", flag.trim_end_matches(']'))))
            }
            _ => (self.message, None),
        };
        Diagnostic {
            level: level.unwrap_or(Level::Note),
            code,
            message: message.to_owned(),
            spans: span(self.place).into_iter().collect(),
            rendered,
        }
    }
}

/// The place that `FILE:LINE:COLUMN` or `FILE:LINE` names.
fn span(place: &str) -> Option<Span> {
    let (rest, last) = place.rsplit_once(':')?;
    let last: usize = last.parse().ok()?;
    let with_column = rest
        .rsplit_once(':')
        .and_then(|(file, line)| Some((file, line.parse::<usize>().ok()?)));
    let (file, line, column) = match with_column {
        Some((file, line)) => (file, line, last),
        None => (rest, last, 1),
    };
    Some(Span {
        file: file.to_owned(),
        line,
        column,
        end_line: line,
        end_column: column,
        primary: true,
        label: None,
        bytes: 0..0,
        call_site: None,
    })
}

/// The text without the escape sequences of colours, which end with `m` or `K`
/// (<https://gcc.gnu.org/onlinedocs/gcc/Diagnostic-Message-Formatting-Options.html>).
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        let end = after.find(['m', 'K']).map_or(after.len(), |end| end + 1);
        rest = &after[end..];
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "In file included from a.c:1:\n\
        a.h:2:1: warning: ‘f’ defined but not used [-Wunused-function]\n    2 | static int f;\n      | ^\n\
        a.c: In function ‘main’:\na.c:7:12: error: ‘x’ undeclared\n    7 |     return x; // error: not here\n\
        a.c:7:12: note: each undeclared identifier is reported only once\n\
        b.s: Assembler messages:\nb.s:3: Error: no such instruction: `foo'\ncompilation terminated.\n";

    #[test]
    fn the_text_is_cut_into_messages_and_nothing_is_lost() {
        let found = read(SAID, true);
        let rendered: String = found.iter().map(|one| one.rendered.as_str()).collect();
        assert_eq!(rendered, SAID);
        let levels: Vec<Level> = found.iter().map(|one| one.level).collect();
        assert_eq!(levels, [Level::Warning, Level::Error, Level::Error]);
        assert_eq!(found[0].code.as_deref(), Some("-Wunused-function"));
        let places: Vec<_> = found
            .iter()
            .map(|one| (one.spans[0].file.as_str(), one.spans[0].line))
            .collect();
        assert_eq!(places, [("a.h", 2), ("a.c", 7), ("b.s", 3)]);
        assert_eq!(found[1].message, "‘x’ undeclared");
    }

    #[test]
    fn coloured_text_is_understood_and_kept() {
        let said = "\x1b[01m\x1b[Kx.c:1:2:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[Kno\n";
        let [one] = &read(said, true)[..] else {
            panic!()
        };
        assert_eq!((one.message.as_str(), one.rendered.as_str()), ("no", said));
    }

    #[test]
    fn a_text_in_another_language_is_one_message() {
        let [one] = &read("x.c:1:1: Fehler: nein\n", true)[..] else {
            panic!()
        };
        assert_eq!(one.level, Level::Error);
        assert!(read("", true).is_empty());
    }
}
