//! Building a library: its exports are surveyed, an entry for each is spliced into a copy, and the copy is compiled. An
//! export that the compiler refuses is left out and the rest compiled again, so that one odd signature costs the user
//! nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::again;
use crate::brought::{self, Brought};
use crate::build::Built;
use crate::cache::Kind;
use crate::copies::{Copies, Verdict};
use crate::diagnostic::{Diagnostic, Level};
use crate::error::Error;
use crate::exports::{self, Status, Survey};
use crate::identity;
use crate::inspect;
use crate::job::Job;
use crate::plain::{Goal, Plain, misses_a_file};
use crate::resolution::Resolution;
use crate::rustc::{Compilation, CrateType, Emit, Outcome};
use crate::scratch::Scratch;

/// How many times exports may be left out. rustc works in phases (names, types, borrows, lints, constants), and each
/// can refuse some; a count beyond them means that leaving out does not help.
const ROUNDS: usize = 8;

/// Keeps rustc from calling `main`, and all that only it uses, unused: a program is also built as a library.
const USES_MAIN: &str = "const _: () = { let _ = main; };";

pub(crate) fn build(job: &Job<'_>, resolution: &Resolution) -> Result<Built, Error> {
    let survey = match exports::survey(&job.text, job.root.path(), &job.exports()) {
        Ok(survey) => survey,
        Err(reason) => return unsurveyed(job, resolution, &reason.to_string()),
    };
    let brought = match job.unit {
        Some(_) => brought::find(job, resolution, &survey),
        None => Vec::new(),
    };
    let survey = with_brought(job, survey, &brought);
    job.reads.surveyed(job, &survey, true);
    if let Some(line) = survey.global_allocator {
        return Err(Error::GlobalAllocator {
            name: job.shown(),
            line: Some(line),
        });
    }
    if survey.is_empty {
        return Err(Error::Empty { name: job.shown() });
    }
    if survey.has_main && survey.exports.is_empty() {
        return Err(Error::OnlyMain { name: job.shown() });
    }
    let compile = |scratch: &Scratch, metadata: &str| {
        surveyed(job, resolution, survey.clone(), scratch, metadata)
    };
    let described = |built: Result<Built, Error>| {
        let mut built = built?;
        brought::describe(brought, &mut built.exports);
        Ok(built)
    };
    let again = again::build(job, resolution, &survey.files, Kind::Library, compile);
    if let Some(built) = again {
        return described(built);
    }
    let scratch = Scratch::new(job.task.options.keep_files.as_deref())?;
    let unique = survey.reads_files.then(identity::unique);
    let whole = Copies::new(job, survey.splice(&BTreeSet::new()));
    let files = identity::of_files(&whole.files, unique.as_deref());
    let metadata = identity::metadata(job, CrateType::Library, resolution, &files);
    described(compile(&scratch, &metadata))
}

/// The survey with what other crates' functions the package offers, where they can be handed out.
fn with_brought(job: &Job<'_>, survey: Survey, brought: &[Brought]) -> Survey {
    let typed = brought
        .iter()
        .filter_map(|one| Some((one.export.name.clone(), one.ty.clone()?)));
    let mut exports = job.exports();
    let asked = exports.len();
    exports.extend(typed);
    if exports.len() == asked {
        return survey;
    }
    exports::survey(&job.text, job.root.path(), &exports).unwrap_or(survey)
}

/// Compiles what was surveyed, in this folder and as the crate of this identity.
fn surveyed(
    job: &Job<'_>,
    resolution: &Resolution,
    survey: Survey,
    scratch: &Scratch,
    metadata: &str,
) -> Result<Built, Error> {
    let mut rounds = Rounds {
        job,
        scratch,
        resolution,
        metadata: metadata.to_owned(),
        linked: survey.reads_files,
        cap_lints: false,
        keep_main: survey.has_main,
        refused: BTreeMap::new(),
    };
    let (object, copies, warnings) = rounds.run(&survey)?;
    let mut built = Built::new(
        job,
        resolution,
        &object,
        copies.files.iter().map(|file| file.text.as_str()),
    )?;
    built.warnings = warnings;
    built.private = survey.private;
    built.exports = survey.exports;
    for (number, reason) in rounds.refused {
        if let Some(export) = built.exports.get_mut(number) {
            export.status = Status::Refused { reason };
        }
    }
    inspect::keep_compiled(&built.objects, &mut built.exports);
    Ok(built)
}

/// A text that cannot be read as Rust is given to the compiler, whose word on it is the better one. Should it accept the
/// text, that is said, and nothing is exported.
fn unsurveyed(job: &Job<'_>, resolution: &Resolution, reason: &str) -> Result<Built, Error> {
    let scratch = Scratch::new(job.task.options.keep_files.as_deref())?;
    let metadata = identity::of_unknown(job, resolution);
    let plain = Plain {
        scratch: &scratch,
        resolution,
        crate_type: CrateType::Library,
        metadata: &metadata,
    };
    let (object, outcome) = plain.run(job, Goal::Object)?;
    let mut warnings = outcome.into_warnings()?;
    let unread = format!(
        "{}: nothing is exported, as the source's syntax could not be read: {reason}",
        job.shown()
    );
    warnings.push(Diagnostic::plain(Level::Warning, unread));
    let built = Built::new(job, resolution, &object, [job.text.as_str()])?;
    Ok(Built { warnings, ..built })
}

/// The state from one compilation to the next.
struct Rounds<'a> {
    job: &'a Job<'a>,
    scratch: &'a Scratch,
    resolution: &'a Resolution,
    metadata: String,
    /// Whether the user's other files are linked around the copies.
    linked: bool,
    cap_lints: bool,
    keep_main: bool,
    refused: BTreeMap<usize, String>,
}

impl Rounds<'_> {
    /// Compiles until it succeeds. Returns the object's path, the copies it was made of, and the warnings.
    fn run(&mut self, survey: &Survey) -> Result<(PathBuf, Copies, Vec<Diagnostic>), Error> {
        let mut last = Vec::new();
        for _ in 0..ROUNDS {
            let mut copies = Copies::new(
                self.job,
                survey.splice(&self.refused.keys().copied().collect()),
            );
            if self.keep_main {
                copies.append(USES_MAIN);
            }
            let (object, outcome) = self.compile(&copies)?;
            if outcome.success {
                let warnings = self.warnings(&copies, outcome.into_warnings()?)?;
                return Ok((object, copies, warnings));
            }
            match copies.judge(&outcome.diagnostics) {
                Verdict::Users => {
                    // A file that rustc alone knows of (`mod` made by a macro) may be there in the user's folder.
                    if !self.linked && misses_a_file(&outcome.diagnostics) {
                        self.link();
                    } else if let Some(error) = self.users_error(&copies, &outcome.diagnostics)? {
                        return Err(error);
                    } else if !self.linked {
                        self.link();
                    } else {
                        return Err(Error::Compile {
                            diagnostics: outcome.diagnostics,
                        });
                    }
                }
                Verdict::Exports(refused) => self.refused.extend(refused),
                Verdict::Lints if !self.cap_lints => self.cap_lints = true,
                Verdict::Common if self.keep_main => self.keep_main = false,
                Verdict::Lints | Verdict::Common => {
                    return Err(Error::Compile {
                        diagnostics: outcome.diagnostics,
                    });
                }
            }
            last = outcome.diagnostics;
        }
        Err(Error::Compile { diagnostics: last })
    }

    /// From now on the user's other files are there, and what the source is made of is not known beforehand.
    fn link(&mut self) {
        self.linked = true;
        if self.scratch.state().is_none() {
            self.metadata = identity::of_unknown(self.job, self.resolution);
        }
    }

    fn compile(&self, copies: &Copies) -> Result<(PathBuf, Outcome), Error> {
        let layout = copies.write(self.scratch, self.linked)?;
        let input = layout.path(&copies.files[0].relative);
        let object = self.scratch.path().join(self.job.object_name());
        let compilation = Compilation {
            crate_type: CrateType::Library,
            emit: Emit::Objects(&object),
            input: &input,
            incremental: self.scratch.state(),
            metadata: &self.metadata,
            paths: layout.paths(self.job),
            dependencies: self.resolution,
            cap_lints: self.cap_lints,
        };
        let outcome = compilation.run(self.job)?;
        Ok((object, outcome))
    }

    fn plain(&self, goal: Goal) -> Result<Outcome, Error> {
        let Rounds {
            scratch,
            resolution,
            metadata,
            ..
        } = self;
        let plain = Plain {
            scratch,
            resolution,
            crate_type: CrateType::Library,
            metadata,
        };
        plain.run(self.job, goal).map(|(_, outcome)| outcome)
    }

    /// The user's own errors, in the compiler's own words about the user's own text. None if that text alone compiles.
    fn users_error(
        &self,
        copies: &Copies,
        diagnostics: &[Diagnostic],
    ) -> Result<Option<Error>, Error> {
        if !diagnostics
            .iter()
            .any(|diagnostic| copies.shows_inserted(diagnostic))
        {
            return Ok(Some(Error::Compile {
                diagnostics: diagnostics.to_vec(),
            }));
        }
        Ok(self.plain(Goal::Object)?.into_warnings().err())
    }

    /// The warnings about the user's text. One that would show inserted text beside it is asked for again without.
    fn warnings(&self, copies: &Copies, found: Vec<Diagnostic>) -> Result<Vec<Diagnostic>, Error> {
        let (inserted, users): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|diagnostic| copies.purpose(diagnostic).is_some());
        drop(inserted);
        if !users
            .iter()
            .any(|diagnostic| copies.shows_inserted(diagnostic))
        {
            return Ok(users);
        }
        match self.plain(Goal::Check)?.into_warnings() {
            Ok(warnings) => Ok(warnings),
            Err(_) => Ok(users
                .into_iter()
                .filter(|diagnostic| !copies.shows_inserted(diagnostic))
                .collect()),
        }
    }
}
