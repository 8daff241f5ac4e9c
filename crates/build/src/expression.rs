//! Evaluating one expression in a source's root scope. The expression lies in a file of its own, so that messages show it
//! as `<expression>`; a second file holds the exported function around it, and one line at the end of the source's copy
//! takes that in.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::again;
use crate::build::Built;
use crate::cache::Kind;
use crate::copies::{Copies, Unspliced};
use crate::diagnostic::{Diagnostic, Level};
use crate::error::Error;
use crate::exports::{self, Export};
use crate::identity;
use crate::job::Job;
use crate::plain::{Goal, Plain, misses_a_file};
use crate::resolution::Resolution;
use crate::rustc::{Compilation, CrateType, Emit, Outcome};
use crate::scratch::{Scratch, write};

/// What the two files are called in messages.
const EXPRESSION: &str = "<expression>";
const AROUND: &str = "<jitney>";

/// What to do about text after the expression.
const ADVICE: &str =
    "help: an expression is one: put several statements into a block, as in `{ let x = 1; x + 1 }`";

/// The lint about text after the expression. It must stay an error where all others are let pass.
const MORE_THAN_ONE: &str = "incomplete_include";

pub(crate) fn build(
    job: &Job<'_>,
    resolution: &Resolution,
    expression: &str,
) -> Result<Built, Error> {
    if expression.trim().is_empty() {
        return Err(Error::EmptyExpression);
    }
    let mut unspliced = Copies::unspliced(job)?;
    let files = unspliced.files.take();
    let again = files.and_then(|files| {
        let kind = Kind::Expression(expression);
        again::build(job, resolution, &files, kind, |scratch, metadata| {
            let copies = unspliced.copies.clone();
            evaluated(
                job,
                resolution,
                expression,
                (copies, unspliced.linked),
                scratch,
                metadata,
            )
        })
    });
    if let Some(built) = again {
        return built;
    }
    let Unspliced { copies, linked, .. } = unspliced;
    let unique = linked.then(identity::unique);
    let mut parts = identity::of_files(&copies.files, unique.as_deref());
    parts.push(expression);
    let metadata = identity::metadata(job, CrateType::Library, resolution, &parts);
    let scratch = Scratch::new(job.task.options.keep_files.as_deref())?;
    evaluated(
        job,
        resolution,
        expression,
        (copies, linked),
        &scratch,
        &metadata,
    )
}

/// Compiles the copies with the expression, in this folder and as the crate of this identity.
fn evaluated(
    job: &Job<'_>,
    resolution: &Resolution,
    expression: &str,
    (copies, linked): (Copies, bool),
    scratch: &Scratch,
    metadata: &str,
) -> Result<Built, Error> {
    let file = |ending: &str| {
        scratch
            .path()
            .join(job.object_name().with_extension(ending))
    };
    let mut call = Call {
        job,
        resolution,
        metadata: metadata.to_owned(),
        copies,
        linked,
        expression: file("expression"),
        around: file("call.rs"),
        object: scratch.path().join(job.object_name()),
        scratch,
        cap_lints: false,
    };
    call.copies.append(&call.taken_in());

    write(&call.expression, expression)?;
    let exports = call.write_around(true)?;
    let warnings = call.compile()?;
    let texts: Vec<&str> = call
        .copies
        .files
        .iter()
        .map(|file| file.text.as_str())
        .collect();
    let built = Built::new(job, resolution, &call.object, texts)?;
    Ok(Built {
        exports,
        warnings,
        ..built
    })
}

struct Call<'a> {
    job: &'a Job<'a>,
    resolution: &'a Resolution,
    scratch: &'a Scratch,
    metadata: String,
    copies: Copies,
    linked: bool,
    cap_lints: bool,
    expression: PathBuf,
    around: PathBuf,
    object: PathBuf,
}

impl Call<'_> {
    /// The line at the source's end. In the editions since 2018 a path keeps it from meaning an `include!` of the user's.
    fn taken_in(&self) -> String {
        let path = if self.job.edition() == "2015" {
            ""
        } else {
            "::core::"
        };
        format!("{path}include!({:?});", self.around.display().to_string())
    }

    /// Writes the function around the expression, and says how it is exported. It borrows the value, so that a static
    /// that cannot be moved can be printed.
    fn write_around(&self, by_reference: bool) -> Result<Vec<Export>, Error> {
        let text = around(&self.expression, by_reference);
        // The registry entry is made as for any other source.
        let survey = exports::survey(&text, None, &[]).map_err(|reason| Error::Compile {
            diagnostics: vec![Diagnostic::plain(Level::Error, reason.to_string())],
        })?;
        let spliced = survey.splice(&BTreeSet::new());
        write(&self.around, spliced.first().map_or("", |file| &file.text))?;
        Ok(survey.exports)
    }

    /// Compiles until it succeeds or the user is at fault.
    fn compile(&mut self) -> Result<Vec<Diagnostic>, Error> {
        let mut outcome = self.run()?;
        if !outcome.success && !self.linked && misses_a_file(&outcome.diagnostics) {
            self.linked = true;
            if self.scratch.state().is_none() {
                self.metadata = identity::of_unknown(self.job, self.resolution);
            }
            outcome = self.run()?;
        }
        // Lints that the source denies are no reason not to answer: most are about what only this call leaves unused.
        let only_lints = errors(&outcome)
            .all(|error| error.is_lint() && error.code.as_deref() != Some(MORE_THAN_ONE));
        if !outcome.success && only_lints {
            self.cap_lints = true;
            outcome = self.run()?;
        }
        if let Some(error) = outcome
            .diagnostics
            .iter_mut()
            .find(|one| one.code.as_deref() == Some(MORE_THAN_ONE))
        {
            error.level = Level::Error;
            outcome.success = false;
            // What the rest would have used is reported as unused.
            let is_dead_code = |one: &Diagnostic| one.code.as_deref() == Some("dead_code");
            outcome.diagnostics.retain(|one| !is_dead_code(one));
            outcome
                .diagnostics
                .push(Diagnostic::plain(Level::Help, ADVICE.to_owned()));
        }
        if !outcome.success {
            return Err(self.error(outcome)?);
        }
        let mut warnings = outcome.into_warnings()?;
        warnings.retain(|warning| {
            let about_us = is_about(warning, AROUND) || self.copies.shows_inserted(warning);
            !about_us && warning.code.as_deref() != Some("dead_code")
        });
        Ok(warnings)
    }

    /// The error as the user should see it.
    fn error(&self, outcome: Outcome) -> Result<Error, Error> {
        let ours = |outcome: &Outcome| errors(outcome).any(|error| is_about(error, AROUND));
        if ours(&outcome) {
            // By value, rustc blames the expression itself when it cannot be printed.
            self.write_around(false)?;
            let by_value = self.run()?;
            if !by_value.success {
                return Ok(Error::Compile {
                    diagnostics: by_value.diagnostics,
                });
            }
        }
        let in_source = errors(&outcome)
            .any(|error| self.copies.shows_inserted(error) && !is_about(error, EXPRESSION));
        if in_source && !ours(&outcome) {
            let plain = Plain {
                scratch: self.scratch,
                resolution: self.resolution,
                crate_type: CrateType::Library,
                metadata: &self.metadata,
            };
            let (_, of_source) = plain.run(self.job, Goal::Object)?;
            if !of_source.success {
                return Ok(Error::Compile {
                    diagnostics: of_source.diagnostics,
                });
            }
        }
        Ok(Error::Compile {
            diagnostics: outcome.diagnostics,
        })
    }

    fn run(&self) -> Result<Outcome, Error> {
        let layout = self.copies.write(self.scratch, self.linked)?;
        let renamed = |file: &Path, name: &str| (file.display().to_string(), name.to_owned());
        let own = [(&self.expression, EXPRESSION), (&self.around, AROUND)]
            .map(|(file, name)| (file.clone(), PathBuf::from(name)));
        let mut paths = layout.paths(self.job);
        // Of remaps the last that fits a path counts; of texts the first.
        paths.remaps.extend(own);
        paths.renames.splice(
            0..0,
            [
                renamed(&self.expression, EXPRESSION),
                renamed(&self.around, AROUND),
            ],
        );
        let compilation = Compilation {
            crate_type: CrateType::Library,
            emit: Emit::Objects(&self.object),
            input: &layout.path(&self.copies.files[0].relative),
            incremental: self.scratch.state(),
            metadata: &self.metadata,
            paths,
            dependencies: self.resolution,
            cap_lints: self.cap_lints,
        };
        compilation.run(self.job)
    }
}

/// The exported function. The value's type is asked for its name to tell `()`, as that works for types that borrow, too.
fn around(expression: &Path, by_reference: bool) -> String {
    let (borrow, kind, bound) = if by_reference {
        ("&", "&T", " + ?Sized")
    } else {
        ("", "T", "")
    };
    format!(
        "#[doc(hidden)]\n\
         pub fn __jitney_call() {{\n\
         extern crate core as __jitney_core;\n\
         extern crate std as __jitney_std;\n\
         fn __jitney_print<T: __jitney_core::fmt::Debug{bound}>(value: {kind}) {{\n\
         if __jitney_core::any::type_name::<T>() != \"()\" {{ __jitney_std::println!(\"{{:?}}\", value) }}\n\
         }}\n\
         __jitney_print(\n\
         {borrow}__jitney_core::include!({:?})\n\
         )\n\
         }}\n",
        expression.display().to_string(),
    )
}

fn errors(outcome: &Outcome) -> impl Iterator<Item = &Diagnostic> {
    outcome
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.level == Level::Error && !diagnostic.is_summary())
}

/// Whether a message's primary place is in the file shown by that name.
fn is_about(diagnostic: &Diagnostic, file: &str) -> bool {
    diagnostic
        .spans
        .iter()
        .any(|span| span.primary && span.file == file)
}
