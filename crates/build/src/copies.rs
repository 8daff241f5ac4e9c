//! The spliced copies of a source, and whose text a message is about: the user's, or what was inserted. Stands between
//! the exports, which say what is inserted where, and rustc, which speaks of the copies.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Level, Span};
use crate::error::Error;
use crate::exports::{self, Insertion, SplicedFile, SurveyedFile};
use crate::job::Job;
use crate::layout::{Copy, Layout, levels_of_text, normal};
use crate::scratch::Scratch;

/// What an inserted text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// The entry of the export with this number.
    Export(usize),
    /// What is not for one export alone.
    Common,
}

/// One file with its insertions.
#[derive(Clone, Debug)]
pub(crate) struct Copied {
    /// From the user's folder.
    pub(crate) relative: PathBuf,
    pub(crate) text: String,
    /// In the order of the text.
    inserted: Vec<(Range<usize>, Purpose)>,
}

/// All files of a source; the root first.
#[derive(Clone, Debug)]
pub(crate) struct Copies {
    pub(crate) files: Vec<Copied>,
    folder: PathBuf,
}

/// What [`Copies::unspliced`] makes.
pub(crate) struct Unspliced {
    pub(crate) copies: Copies,
    /// Whether they need the source's other files around them.
    pub(crate) linked: bool,
    /// The source's files, where they were surveyed.
    pub(crate) files: Option<Vec<SurveyedFile>>,
}

/// Whom an error concerns.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The user: at least one error is in the user's text.
    Users,
    /// Exports alone, each with the compiler's reason.
    Exports(BTreeMap<usize, String>),
    /// Lints alone, about inserted text.
    Lints,
    /// Other errors about inserted text.
    Common,
}

impl Copies {
    /// Takes over the spliced files.
    pub(crate) fn new(job: &Job<'_>, files: Vec<SplicedFile>) -> Copies {
        let folder = job.folder();
        let mut copies = Copies {
            files: Vec::with_capacity(files.len()),
            folder,
        };
        for (number, file) in files.into_iter().enumerate() {
            let purpose =
                |insertion: &Insertion| insertion.export.map_or(Purpose::Common, Purpose::Export);
            let ranges = file
                .inserted
                .into_iter()
                .map(|insertion| (insertion.range.clone(), purpose(&insertion)));
            let mut inserted: Vec<_> = ranges.collect();
            let relative = match file.path {
                _ if number == 0 => PathBuf::from(job.file_name()),
                Some(path) => match in_folder(&copies.folder, &path) {
                    Some(relative) => relative.to_owned(),
                    None => continue,
                },
                None => continue,
            };
            inserted.sort_by_key(|(range, _)| range.start);
            copies.files.push(Copied {
                relative,
                text: file.text,
                inserted,
            });
        }
        copies
    }

    /// Copies of the source's files with nothing inserted. What cannot be surveyed is left for rustc to judge.
    ///
    /// # Errors
    /// When the source wants an allocator of its own.
    pub(crate) fn unspliced(job: &Job<'_>) -> Result<Unspliced, Error> {
        let Ok(survey) = exports::survey(&job.text, job.root.path(), &[]) else {
            let root = SplicedFile {
                path: None,
                text: job.text.clone(),
                inserted: Vec::new(),
            };
            return Ok(Unspliced {
                copies: Copies::new(job, vec![root]),
                linked: true,
                files: None,
            });
        };
        job.reads.surveyed(job, &survey, false);
        if let Some(line) = survey.global_allocator
            && !job.task.options.own_allocator
        {
            return Err(Error::GlobalAllocator {
                name: job.shown(),
                line: Some(line),
            });
        }
        let all = (0..survey.exports.len()).collect();
        Ok(Unspliced {
            copies: Copies::new(job, survey.splice(&all)),
            linked: survey.reads_files,
            files: Some(survey.files),
        })
    }

    /// Adds a line of common text at the end of the root file.
    pub(crate) fn append(&mut self, line: &str) {
        let Some(root) = self.files.first_mut() else {
            return;
        };
        let start = root.text.len();
        // The text's last line may be a comment that no line break ends.
        root.text.extend(["\n", line, "\n"]);
        root.inserted
            .push((start..root.text.len(), Purpose::Common));
    }

    /// Writes the files where rustc can read them; if `linked`, among the user's other files.
    pub(crate) fn write(&self, scratch: &Scratch, linked: bool) -> Result<Layout, Error> {
        let levels = self
            .files
            .iter()
            .map(|file| levels_of_text(&file.text))
            .max()
            .filter(|_| linked)
            .unwrap_or(0);
        let copies = self.files.iter().map(|file| Copy {
            relative: &file.relative,
            text: &file.text,
        });
        let copies: Vec<Copy<'_>> = copies.collect();
        Layout::new(scratch, &self.folder, levels, linked, &copies)
    }

    /// Whom a failed compilation concerns.
    pub(crate) fn judge(&self, diagnostics: &[Diagnostic]) -> Verdict {
        let mut exports = BTreeMap::new();
        let mut verdict = Verdict::Lints;
        for error in diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.level == Level::Error && !diagnostic.is_summary())
        {
            match self.purpose(error) {
                None => return Verdict::Users,
                Some(_) if error.is_lint() => {}
                Some(Purpose::Export(export)) => {
                    exports
                        .entry(export)
                        .or_insert_with(|| error.message.clone());
                }
                Some(Purpose::Common) => verdict = Verdict::Common,
            }
        }
        if exports.is_empty() {
            verdict
        } else {
            Verdict::Exports(exports)
        }
    }

    /// The inserted text that a message is about; none when it is about the user's.
    pub(crate) fn purpose(&self, diagnostic: &Diagnostic) -> Option<Purpose> {
        diagnostic
            .spans
            .iter()
            .filter(|span| span.primary)
            .find_map(|span| self.inserted_at(span))
    }

    /// Whether a message shows, anywhere, a line on which something was inserted.
    pub(crate) fn shows_inserted(&self, diagnostic: &Diagnostic) -> bool {
        let on_line = |span: &Span| {
            let Some(file) = self.file(&span.file) else {
                return false;
            };
            // What is missing at the end of a file is shown after its last character.
            let last = file.text.len().saturating_sub(1);
            let line_start = file.text[..clamp(&file.text, span.bytes.start.min(last))]
                .rfind('\n')
                .map_or(0, |at| at + 1);
            let end = clamp(&file.text, span.bytes.end.min(last));
            let line_end = file.text[end..]
                .find('\n')
                .map_or(file.text.len(), |at| end + at);
            overlapping(&file.inserted, &(line_start..line_end)).is_some()
        };
        // Notes and helps carry spans of their own; their text shows what was inserted by its names.
        diagnostic.spans.iter().any(on_line)
            || ["__jitney", "__JITNEY"]
                .iter()
                .any(|name| diagnostic.rendered.contains(name))
    }

    fn inserted_at(&self, span: &Span) -> Option<Purpose> {
        let direct = self
            .file(&span.file)
            .and_then(|file| overlapping(&file.inserted, &span.bytes));
        let by_call = || {
            let (file, bytes) = span.call_site.as_ref()?;
            overlapping(&self.file(file)?.inserted, bytes)
        };
        direct.or_else(by_call)
    }

    fn file(&self, shown: &str) -> Option<&Copied> {
        let shown = normal(Path::new(shown));
        self.files
            .iter()
            .find(|file| normal(&self.folder.join(&file.relative)) == shown)
    }
}

/// A file's path from the folder of the copies, which may begin with `..`. None for what an absolute `#[path]` names
/// elsewhere: rustc opens that, whatever is copied.
pub(crate) fn in_folder<'p>(folder: &Path, path: &'p Path) -> Option<&'p Path> {
    let relative = path.strip_prefix(folder).unwrap_or(path);
    (!relative.is_absolute()).then_some(relative)
}

/// A byte position within the text, at a character's beginning.
fn clamp(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

/// The first insertion that shares a byte with the range, or touches it when the range is empty.
fn overlapping(inserted: &[(Range<usize>, Purpose)], range: &Range<usize>) -> Option<Purpose> {
    let end = range.end.max(range.start + 1);
    let from = inserted.partition_point(|(insertion, _)| insertion.end <= range.start);
    inserted
        .get(from)
        .filter(|(insertion, _)| insertion.start < end)
        .map(|(_, purpose)| *purpose)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insertion_is_found_by_any_shared_byte() {
        let inserted = [
            (10..20, Purpose::Export(0)),
            (20..30, Purpose::Export(1)),
            (40..50, Purpose::Common),
        ];
        let at = |range: Range<usize>| overlapping(&inserted, &range);
        assert_eq!(at(0..10), None);
        assert_eq!(at(0..11), Some(Purpose::Export(0)));
        assert_eq!(at(19..20), Some(Purpose::Export(0)));
        assert_eq!(at(20..25), Some(Purpose::Export(1)));
        assert_eq!(at(30..40), None);
        assert_eq!(at(45..45), Some(Purpose::Common));
        assert_eq!(at(50..60), None);
    }
}
