//! Building what is not Rust: C, C++ and assembly through their compilers, and objects, archives and shared libraries that
//! are there already. Each file is compiled in place, with the current folder and the file's name as the user gave them.

use std::collections::{HashSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use crate::c_compiler::{Compiler, Language};
use crate::c_messages;
use crate::crate_name;
use crate::diagnostic::{Diagnostic, Level};
use crate::error::Error;
use crate::event::Event;
use crate::exports::Export;
use crate::native_libraries::{self, Libraries};
use crate::options::Options;
use crate::part::Part;
use crate::process::{Clock, Finished, Run, Running};
use crate::scratch::{Scratch, write};
use crate::symbols;
use crate::workspace::Workspace;

/// How many compilers run at once, at most: each takes a processor and some memory.
const MOST_AT_ONCE: usize = 4;

/// What the parts of a source were made into.
#[derive(Clone, Debug, Default)]
pub struct Native {
    /// The source's name, for messages.
    pub name: String,
    /// The relocatable objects, each with the file that it comes from, in the order of the parts.
    pub objects: Vec<(String, Vec<u8>)>,
    /// The archives among the parts: members of them become part of the source.
    pub archives: Vec<PathBuf>,
    /// Whether all of the archives is wanted: the parts are archives alone.
    pub whole_archives: bool,
    /// Archives that are there for what the source lacks: those of `-l`, then the compiler's own runtime.
    pub libraries: Vec<PathBuf>,
    /// Shared libraries: names as `-l` takes them, and paths.
    pub shared_libraries: Vec<String>,
    /// The functions and variables that the objects define for others to use, where they were asked for.
    pub exports: Vec<Export>,
    /// Whether the objects want a stack that code can run on.
    pub executable_stack: bool,
    /// The compilers' warnings.
    pub warnings: Vec<Diagnostic>,
}

impl Workspace {
    /// Compiles what of the parts is to be compiled, reads objects, and finds the libraries of
    /// [`Options::libraries`].
    ///
    /// # Errors
    /// See [`Error`]: no compiler, a file that cannot be read or compiled, a library that is not found, …
    pub fn native(&self, parts: &[Part], options: &Options) -> Result<Native, Error> {
        Ok(self.gather(parts, options)?.of_program())
    }

    fn gather(&self, parts: &[Part], options: &Options) -> Result<Native, Error> {
        let clock = Clock::start(options.time_limit);
        parts.iter().try_for_each(Part::check)?;
        let first = parts.first().and_then(Part::path);
        let mut native = Native {
            name: crate_name::display_name(options.name.as_deref(), first),
            ..Native::default()
        };
        let scratch = Scratch::new(options.keep_files.as_deref())?;
        let units = units(parts, options, &native.name, &scratch)?;
        let mut compiled = compile(&units, options, clock, &scratch, &mut native.warnings)?;
        for part in parts {
            match part {
                Part::CText(_) | Part::Code(_) => native.objects.extend(compiled.pop_front()),
                Part::Object(path) => native
                    .objects
                    .push((path.display().to_string(), read(path)?)),
                Part::Archive(path) => native.archives.push(path.clone()),
                Part::SharedLibrary(path) => {
                    native.shared_libraries.push(path.display().to_string())
                }
            }
        }
        native.executable_stack = symbols::run_on_the_stack(&native.objects);
        // Objects alone need no compiler; where there is one, it knows its runtime's archives.
        let of_system = || Compiler::find(Language::C, options).ok();
        let compiler = match units.first() {
            Some(unit) => Some(unit.compiler.clone()),
            None => of_system(),
        };
        let compiler = compiler.as_ref();
        let libraries = libraries(options, clock, compiler)?;
        native.libraries = libraries.archives;
        native.shared_libraries.extend(libraries.shared);
        let is_cpp = units.iter().any(|unit| unit.language == Language::Cpp);
        if is_cpp || symbols::need_cpp(&native.objects) {
            native
                .shared_libraries
                .extend(cpp_library(options, clock, compiler)?);
        }
        if let Some(compiler) = compiler {
            native
                .libraries
                .extend(runtime(&compiler.library_folders(clock, options)?));
        }
        Ok(native)
    }

    /// As [`Workspace::native`], with the exports listed: those of the objects, or where there are archives alone, of all their members.
    ///
    /// # Errors
    /// As for [`Workspace::native`].
    pub fn native_library(&self, parts: &[Part], options: &Options) -> Result<Native, Error> {
        let mut native = self.gather(parts, options)?;
        native.whole_archives = native.objects.is_empty();
        let archives: &[PathBuf] = match native.whole_archives {
            true => &native.archives,
            false => &[],
        };
        native.exports = symbols::exports(&native.objects, archives)?;
        Ok(native)
    }

    /// As [`Workspace::native_library`], for a program of its own.
    ///
    /// The standard library of C++ is taken from its archive then, as `-static-libstdc++` does it: the shared one's
    /// variables (`std::cout`) are too far for objects that were compiled for an executable. [`Workspace::native`] does
    /// the same.
    ///
    /// # Errors
    /// As for [`Workspace::native`].
    pub fn native_program(&self, parts: &[Part], options: &Options) -> Result<Native, Error> {
        Ok(self.native_library(parts, options)?.of_program())
    }
}

impl Native {
    /// What a program of its own takes: libstdc++'s archive in the place of the shared library, if it is beside it. Where other shared libraries
    /// are in use, which may be C++ themselves, all have to share one.
    #[must_use]
    pub fn of_program(mut self) -> Native {
        let is_cpp = |path: &str| {
            Path::new(path)
                .file_name()
                .is_some_and(|name| name == "libstdc++.so")
        };
        let alone = self
            .shared_libraries
            .iter()
            .all(|library| is_cpp(library) || library == "m");
        let shared = self.shared_libraries.iter().find(|library| is_cpp(library));
        let archive = shared.map(|library| Path::new(library).with_extension("a"));
        if let Some(archive) = archive.filter(|archive| alone && archive.is_file()) {
            self.shared_libraries.retain(|library| !is_cpp(library));
            self.libraries.push(archive);
        }
        self
    }
}

/// The shared standard library of C++: its path where the compiler knows it, else its name.
fn cpp_library(
    options: &Options,
    clock: Clock,
    compiler: Option<&Compiler>,
) -> Result<Option<String>, Error> {
    const NAME: &str = "stdc++";
    if options.libraries.iter().any(|name| name == NAME) {
        return Ok(None);
    }
    let folders = match compiler {
        Some(compiler) => compiler.library_folders(clock, options)?,
        None => Vec::new(),
    };
    let mut files = folders.iter().map(|folder| folder.join("libstdc++.so"));
    let file = files.find(|file| file.is_file());
    Ok(Some(file.map_or_else(
        || NAME.to_owned(),
        |file| file.display().to_string(),
    )))
}

/// The libraries that a source asks for by name.
pub(crate) fn libraries(
    options: &Options,
    clock: Clock,
    compiler: Option<&Compiler>,
) -> Result<Libraries, Error> {
    let compilers_folders = || match compiler {
        Some(compiler) => compiler.library_folders(clock, options),
        // Without a compiler there are still the system's own folders.
        None => Compiler::find(Language::C, options).map_or_else(
            |_| Ok(Vec::new()),
            |compiler| compiler.library_folders(clock, options),
        ),
    };
    let mut names = options.libraries.clone();
    for name in compiler.iter().flat_map(|it| it.implied_libraries(options)) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    native_libraries::find(&names, &options.library_folders, compilers_folders)
}

/// What every C program is linked with at the end: arithmetic that the processor lacks, and the part of the C library
/// that is not shared.
fn runtime(folders: &[PathBuf]) -> impl Iterator<Item = PathBuf> {
    ["libgcc.a", "libc_nonshared.a"]
        .into_iter()
        .filter_map(|name| {
            folders
                .iter()
                .map(|folder| folder.join(name))
                .find(|path| path.is_file())
        })
}

/// One file to compile.
struct Unit {
    language: Language,
    compiler: Compiler,
    input: PathBuf,
    object: PathBuf,
    /// The file as the user knows it.
    shown: String,
    /// A text's folder, which stands for the current one.
    folder: Option<PathBuf>,
}

fn units(
    parts: &[Part],
    options: &Options,
    name: &str,
    scratch: &Scratch,
) -> Result<Vec<Unit>, Error> {
    let mut units: Vec<Unit> = Vec::new();
    let mut taken = HashSet::new();
    for part in parts {
        let (language, input, folder) = match part {
            Part::CText(text) => {
                let file = crate_name::file_name(name);
                let path = scratch.path().join(file).with_extension("c");
                write(&path, text)?;
                (Language::C, path, Some(scratch.path().to_owned()))
            }
            Part::Code(path) => (
                Language::of(path).unwrap_or(Language::C),
                path.clone(),
                None,
            ),
            _ => continue,
        };
        let known = units.iter().find(|unit| unit.language == language);
        let compiler = match known {
            Some(unit) => unit.compiler.clone(),
            None => Compiler::find(language, options)?,
        };
        let stem = input.file_stem().unwrap_or_default().to_string_lossy();
        let object = (1..)
            .map(|number| match number {
                1 => format!("{stem}.o"),
                number => format!("{stem}-{number}.o"),
            })
            .find(|object| taken.insert(object.clone()))
            .unwrap_or_default();
        let shown = match &folder {
            Some(folder) => input.strip_prefix(folder).unwrap_or(&input),
            None => &input,
        };
        units.push(Unit {
            language,
            compiler,
            shown: shown.display().to_string(),
            object: scratch.path().join(object),
            input,
            folder,
        });
    }
    Ok(units)
}

/// Compiles all files, several at once, with their messages in the order of the files. As a compiler that is given them
/// together does, it goes on after a file with errors.
fn compile(
    units: &[Unit],
    options: &Options,
    clock: Clock,
    scratch: &Scratch,
    warnings: &mut Vec<Diagnostic>,
) -> Result<VecDeque<(String, Vec<u8>)>, Error> {
    let at_once = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST_AT_ONCE);
    let tell = |event: Event| {
        if let Some(progress) = &options.progress {
            progress.tell(&event);
        }
    };
    let mut running: VecDeque<Running<'_>> = VecDeque::new();
    let mut waiting = units.iter();
    let (mut diagnostics, mut failed) = (Vec::new(), false);
    for (done, unit) in units.iter().enumerate() {
        for unit in waiting.by_ref().take(at_once - running.len()) {
            running.push_back(unit.start(options, clock, scratch)?);
        }
        tell(Event::Compiling {
            crate_name: unit.shown.clone(),
            done,
            total: units.len(),
        });
        let Some(child) = running.pop_front() else {
            continue;
        };
        let finished = child.finish(|_, _| {})?;
        failed |= !finished.status.success();
        diagnostics.extend(unit.messages(&finished)?);
        tell(Event::Compiled {
            crate_name: unit.shown.clone(),
            done: done + 1,
            total: units.len(),
        });
    }
    if failed {
        return Err(Error::Compile { diagnostics });
    }
    warnings.append(&mut diagnostics);
    units
        .iter()
        .map(|unit| Ok((unit.shown.clone(), read(&unit.object)?)))
        .collect()
}

impl Unit {
    fn start<'a>(
        &self,
        options: &'a Options,
        clock: Clock,
        scratch: &Scratch,
    ) -> Result<Running<'a>, Error> {
        let mut command = self
            .compiler
            .compilation(options, &self.input, &self.object);
        // A compiler that is ended leaves its own files where it made them.
        command.env("TMPDIR", scratch.path());
        if let Some(folder) = &self.folder {
            let mut map = std::ffi::OsString::from("-fmacro-prefix-map=");
            map.push(folder);
            map.push("/=");
            command.arg(map).args(["-iquote", "."]);
        }
        let run = Run {
            running: format!("{} (compiling `{}`)", self.compiler.name(), self.shown),
            clock,
            options,
            // The compiler proper and the assembler are its children.
            has_children: true,
        };
        run.start(command)
    }

    fn messages(&self, finished: &Finished) -> Result<Vec<Diagnostic>, Error> {
        let failed = !finished.status.success();
        let mut diagnostics = c_messages::read(&finished.stderr, failed);
        if let Some(folder) = &self.folder {
            let ours = format!("{}/", folder.display());
            diagnostics.iter_mut().for_each(|one| one.rename(&ours, ""));
        }
        // 1 is a compiler's exit code for errors in the source; others are its own failures.
        if failed && (finished.status.code() != Some(1) || diagnostics.is_empty()) {
            return Err(Error::Crashed {
                program: self.compiler.name(),
                status: finished.status,
                output: finished.stderr.clone(),
            });
        }
        let no_room = |one: &&Diagnostic| {
            one.level == Level::Error && one.message.contains("No space left on device")
        };
        if failed && diagnostics.iter().find(no_room).is_some() {
            return Err(Error::DiskFull {
                path: self.object.clone(),
            });
        }
        Ok(diagnostics)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error::files("read", path, error))
}
