//! Building a program: the user's file, in place and unchanged, so that `file!()`, panics and messages are exactly those
//! of `rustc FILE`. Only a program with more thread-locals than the linker has room for is built once more, in another way.

use crate::build::Built;
use crate::copies::Copies;
use crate::error::Error;
use crate::identity;
use crate::inspect;
use crate::job::Job;
use crate::plain::{Goal, Plain};
use crate::resolution::Resolution;
use crate::rustc::CrateType;
use crate::scratch::Scratch;
use crate::thread_locals;

pub(crate) fn build(job: &Job<'_>, resolution: &Resolution) -> Result<Built, Error> {
    if job.text.trim().is_empty() {
        return Err(Error::Empty { name: job.shown() });
    }
    let texts = texts(job)?;
    let incremental = job
        .unit
        .as_ref()
        .and_then(|unit| unit.incremental.as_deref());
    let scratch = Scratch::new(job.task.options.keep_files.as_deref())?.incremental(incremental);
    let crate_type = CrateType::Program;
    let files: Vec<&str> = texts.iter().map(String::as_str).collect();
    // A process runs one program, so no other version of its types is there.
    let metadata = match job.unit {
        Some(_) => identity::of_package(job, crate_type, resolution, &[]),
        None => identity::metadata(job, crate_type, resolution, &files),
    };
    let plain = Plain {
        scratch: &scratch,
        resolution,
        crate_type,
        metadata: &metadata,
    };
    let (object, outcome) = plain.run(job, Goal::Object)?;
    let warnings = outcome.into_warnings()?;
    let mut built = Built::new(job, resolution, &object, files)?;
    built.warnings = warnings;
    if inspect::fixed_thread_locals(&built.objects) > job.task.options.fixed_thread_locals
        && let Some(objects) = thread_locals::build(job, &scratch, resolution)?
    {
        built.objects = objects;
    }
    Ok(built)
}

/// The program's files, for what they ask of the linker. Only a text that may have modules or an allocator is surveyed.
fn texts(job: &Job<'_>) -> Result<Vec<String>, Error> {
    if !["mod ", "global_allocator"]
        .iter()
        .any(|word| job.text.contains(word))
    {
        return Ok(vec![job.text.clone()]);
    }
    let unspliced = Copies::unspliced(job)?;
    Ok(unspliced
        .copies
        .files
        .into_iter()
        .map(|file| file.text)
        .collect())
}
