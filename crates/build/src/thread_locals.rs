//! Programs with more thread-locals than there is room for at fixed offsets (`Options::fixed_thread_locals`). A `bin` is an
//! executable to rustc, so its thread-locals lie in the executable's own block, whatever the relocation model. Compiled as
//! a library the same source uses the general-dynamic model, but has no C symbol `main`. So such a program is built as a
//! library whose `main` is made public, with a second crate, of one line, as the program.

use std::path::Path;

use crate::copies::{Copies, Unspliced};
use crate::error::Error;
use crate::identity;
use crate::job::Job;
use crate::layout::Layout;
use crate::resolution::Resolution;
use crate::rustc::{Compilation, CrateType, Emit};
use crate::scratch::{Scratch, write};

/// The source's own `main`, for the other crate. Its result is opaque: `main` may return a type of the source's own.
const PUBLIC_MAIN: &str =
    "#[doc(hidden)] pub fn __jitney_main() -> impl ::std::process::Termination { main() }";

/// The second crate.
const PROGRAM: &str =
    "fn main() -> impl ::std::process::Termination { jitney_program::__jitney_main() }\n";

/// Builds the objects of a program that is known to compile. None when it does not compile this way: it has no `main`
/// that can be named, say.
pub(crate) fn build(
    job: &Job<'_>,
    scratch: &Scratch,
    resolution: &Resolution,
) -> Result<Option<Vec<Vec<u8>>>, Error> {
    let Unspliced {
        mut copies, linked, ..
    } = Copies::unspliced(job)?;
    // Under `no_main` the source defines the C symbol itself.
    let has_main = !job.text.contains("no_main");
    if has_main {
        copies.append(PUBLIC_MAIN);
    }
    let files: Vec<&str> = copies.files.iter().map(|file| file.text.as_str()).collect();
    let identity = identity::metadata(job, CrateType::Library, resolution, &files);
    let file = |ending: &str| {
        scratch
            .path()
            .join(job.object_name().with_extension(ending))
    };
    let object = scratch.path().join(format!("{}.o", job.crate_name));
    let metadata = scratch.path().join(format!("lib{}.rmeta", job.crate_name));

    let attempts: &[bool] = if linked { &[true] } else { &[false, true] };
    let mut compiled = false;
    for linked in attempts {
        let layout = copies.write(scratch, *linked)?;
        let input = layout.path(&copies.files[0].relative);
        let emit = Emit::Both {
            folder: scratch.path(),
        };
        compiled = run(
            job,
            CrateType::Library,
            emit,
            &input,
            Some(&layout),
            &identity,
            resolution,
        )?;
        if compiled {
            break;
        }
    }
    if !compiled {
        return Ok(None);
    }
    let read = |path: &Path| std::fs::read(path).map_err(|error| Error::files("read", path, error));
    let mut objects = vec![read(&object)?];
    if has_main {
        let (source, main_object) = (file("main.rs"), file("main.o"));
        write(&source, PROGRAM)?;
        let mut with_library = resolution.clone();
        with_library
            .externs
            .push(("jitney_program".to_owned(), metadata.clone()));
        let emit = Emit::Object(&main_object);
        if !run(
            job,
            CrateType::Program,
            emit,
            &source,
            None,
            &format!("{identity}main"),
            &with_library,
        )? {
            return Ok(None);
        }
        objects.push(read(&main_object)?);
    }
    // A kept folder has no use for it.
    let _ = std::fs::remove_file(&metadata);
    Ok(Some(objects))
}

/// Compiles once more what was accepted before; what is said of it has been said.
fn run(
    job: &Job<'_>,
    crate_type: CrateType,
    emit: Emit<'_>,
    input: &Path,
    layout: Option<&Layout>,
    metadata: &str,
    dependencies: &Resolution,
) -> Result<bool, Error> {
    let compilation = Compilation {
        crate_type,
        emit,
        input,
        incremental: None,
        metadata,
        paths: layout.map(|layout| layout.paths(job)).unwrap_or_default(),
        dependencies,
        cap_lints: true,
    };
    compilation.run(job).map(|outcome| outcome.success)
}
