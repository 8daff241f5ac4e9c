//! What the command line may say.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use jitney::{Jit, Source};

use crate::cache;
use crate::progress;

/// Compile, link and run Rust in one process: no link step, nothing left behind.
#[derive(Debug, Parser)]
#[command(name = "jitney", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compile a program, link it into this process and run its `main`; the exit code is the program's
    Run(Run),
    /// Compile a source together with an expression in its scope, and print the expression's value
    Call(Call),
    /// List what a source offers: functions, globals and types, and what cannot be handed out and why
    Exports(Exports),
    /// Compile a source into a file that is loaded where no compiler is, by `call`, `run`, `exports` and programs of yours
    Bundle(Bundle),
    /// Write the symbols of a program of yours to a file, before it is stripped: it can load code then all the same
    Symbols(Symbols),
    /// Show how a program or library would be linked, without running any of it
    Link(Link),
    /// Run raw machine code with these arguments, and print what it gives back
    Exec(crate::exec::Exec),
    /// Assemble a text into machine code that can be put anywhere
    Asm(crate::asm::Asm),
    /// Show machine code as instructions, with their addresses and bytes
    Dis(crate::dis::Dis),
    /// Take one function's machine code out of an object file, an archive or a program
    Extract(crate::extract::Extract),
    /// Show or clear what was built before: sources, and the dependencies that cargo built for them
    Cache(crate::cache::Arguments),
    /// Tell what was found of compiler, symbols and tools, and what each missing one costs
    Doctor(Doctor),
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The program: a `.rs` file or several, the folder of a Cargo package, or C, C++ and assembly (`.c`, `.cpp`, `.s`, …),
    /// objects (`.o`) and archives (`.a`); these beside a `.rs` file too
    #[arg(required = true, value_name = "SOURCE")]
    pub(crate) sources: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) options: SourceOptions,
    /// What the program gets as its arguments
    #[arg(last = true)]
    pub(crate) arguments: Vec<std::ffi::OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct Call {
    /// The source: a `.rs` file, the folder of a Cargo package, a package of the registry, as in `hex@0.4`, or a bundle
    /// (`.jitney`)
    pub(crate) source: PathBuf,
    /// A Rust expression, in the scope of the source's crate root: 'add(5, 6)'. For a bundle one call with literal
    /// arguments
    #[arg(allow_hyphen_values = true)]
    pub(crate) expression: String,
    #[command(flatten)]
    pub(crate) options: SourceOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Exports {
    /// The source: as for `run`, or a package of the registry, as in `hex@0.4`
    #[arg(required = true, value_name = "SOURCE")]
    pub(crate) sources: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) options: SourceOptions,
    /// Print a JSON array
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Bundle {
    /// The source: as for `run`, a program or a library
    #[arg(required = true, value_name = "SOURCE")]
    pub(crate) sources: Vec<PathBuf>,
    /// The file to write, by convention `NAME.jitney`
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Take the source for a program, even if it has public functions too
    #[arg(long)]
    pub(crate) program: bool,
    #[command(flatten)]
    pub(crate) options: SourceOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Symbols {
    /// The program or shared library, not yet stripped
    #[arg(value_name = "HOST")]
    pub(crate) program: PathBuf,
    /// The file to write; `HOST.symbols` is found without being named
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Link {
    /// What to link: as for `run`
    #[arg(required = true, value_name = "SOURCE")]
    pub(crate) sources: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) options: SourceOptions,
    /// Tell what a symbol is bound to, who needs it, and what else offered it, instead of printing the link map
    #[arg(long, value_name = "SYMBOL")]
    pub(crate) explain: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The options of every command that names a source.
#[derive(Debug, Args)]
pub(crate) struct SourceOptions {
    /// A crate from the registry, `serde_json@1` or with features `serde[derive]@1`; may be repeated. `alias=package@1` renames it
    #[arg(long = "dep", value_name = "NAME@REQ", value_parser = dependency)]
    dependencies: Vec<Crate>,
    /// The Rust edition, 2024 where none is given; a package's is its manifest's
    #[arg(long, value_parser = ["2015", "2018", "2021", "2024"])]
    edition: Option<String>,
    /// The compiler's optimization level, 0 where none is given, or what a package's profile says
    #[arg(long, value_name = "LEVEL", value_parser = ["0", "1", "2", "3", "s", "z"])]
    opt_level: Option<String>,
    /// Features of the source, separated by commas
    #[arg(long, value_delimiter = ',')]
    features: Vec<String>,
    /// Which program of a package, where it has several
    #[arg(long, value_name = "NAME")]
    bin: Option<String>,
    /// A function to offer that the source does not show, or one instance of a generic one:
    /// 'encode: fn(&[u8]) -> String'; may be repeated
    #[arg(long = "export", value_name = "PATH: TYPE", value_parser = export)]
    exports: Vec<(String, String)>,
    /// A flag for rustc; may be repeated
    #[arg(long, value_name = "FLAG", allow_hyphen_values = true)]
    rustc_flag: Vec<String>,
    /// A flag for the C and C++ compilers; may be repeated
    #[arg(long, value_name = "FLAG", allow_hyphen_values = true)]
    c_flag: Vec<String>,
    /// A folder in which C and C++ look for included files; may be repeated
    #[arg(short = 'I', long = "include", value_name = "DIR")]
    include_folders: Vec<PathBuf>,
    /// A macro for C and C++; may be repeated
    #[arg(short = 'D', long = "define", value_name = "NAME[=VALUE]")]
    macros: Vec<String>,
    /// A library to link with, as `cc` takes it; may be repeated
    #[arg(short = 'l', long = "library", value_name = "NAME")]
    libraries: Vec<String>,
    /// A folder in which libraries are looked for first; may be repeated
    #[arg(short = 'L', long = "library-folder", value_name = "DIR")]
    library_folders: Vec<PathBuf>,
    /// An environment variable for the compiler and for the program; may be repeated
    #[arg(long = "env", value_name = "KEY=VALUE", value_parser = variable)]
    environment: Vec<(String, String)>,
    /// Keep the files made on the way in this folder
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Do without the network
    #[arg(long)]
    offline: bool,
    /// Compile anew, even if the same was built before, and keep nothing for the next time
    #[arg(long)]
    no_cache: bool,
    /// How many seconds compiling may take
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    time_limit: Option<Duration>,
    /// Show the compiler's warnings and every command that is run
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// What loads these sources: a bundle is loaded without a compiler, whether there is one or not.
pub(crate) fn jit(sources: &[PathBuf]) -> Result<Jit, jitney::Error> {
    match sources {
        [only] if jitney::is_bundle(only) => Jit::without_compiler(),
        _ => Jit::new(),
    }
}

impl SourceOptions {
    /// The source with these options set, reporting progress to the terminal.
    pub(crate) fn apply(&self, jit: &Jit, paths: &[PathBuf]) -> Source {
        cache::warn_of_switch();
        let jit = jit.clone().offline(self.offline);
        let jit = match self.no_cache {
            true => jit.cache(false),
            false => jit,
        };
        let source = match paths {
            [only] => match package(only) {
                Some((name, version)) => jit.package(name, version),
                None => jit.files([only]),
            },
            several => jit.files(several),
        };
        let mut source = source
            .features(&self.features)
            .colours(std::io::stderr().is_terminal())
            .verbose(self.verbose)
            .on_progress(progress::reporter(self.verbose));
        if let Some(edition) = &self.edition {
            source = source.edition(edition);
        }
        if let Some(level) = &self.opt_level {
            source = source.opt_level(level);
        }
        if let Some(name) = &self.bin {
            source = source.binary(name);
        }
        for (path, type_) in &self.exports {
            source = source.export(path, type_);
        }
        for Crate {
            name,
            requirement,
            features,
        } in &self.dependencies
        {
            source = source.dependency_with_features(name, requirement, features);
        }
        for flag in &self.rustc_flag {
            source = source.rustc_flag(flag);
        }
        for folder in &self.include_folders {
            source = source.include_folder(folder);
        }
        for name in &self.macros {
            source = source.c_flag(format!("-D{name}"));
        }
        for flag in &self.c_flag {
            source = source.c_flag(flag);
        }
        for name in &self.libraries {
            source = source.library(name);
        }
        for folder in &self.library_folders {
            source = source.library_folder(folder);
        }
        for (key, value) in &self.environment {
            source = source.env(key, value);
        }
        if let Some(folder) = &self.keep {
            source = source.keep_files(folder);
        }
        if let Some(limit) = self.time_limit {
            source = source.time_limit(limit);
        }
        source
    }

    /// Sets the environment variables in this process, for the program that is about to run.
    pub(crate) fn set_environment(&self) {
        for (key, value) in &self.environment {
            // SAFETY: the command has one thread at this point.
            unsafe { std::env::set_var(key, value) }
        }
    }
}

/// The package of the registry that a source names, where it is no file: `hex@0.4`, `hex@latest`.
fn package(source: &Path) -> Option<(&str, &str)> {
    let (name, version) = source.to_str()?.split_once('@')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let names_one = !name.is_empty() && name.chars().all(is_name) && !version.contains('/');
    (names_one && !source.exists()).then_some((name, version))
}

/// `PATH: TYPE`, where a path has `::` in it.
fn export(text: &str) -> Result<(String, String), String> {
    let at = text.find(": ").filter(|at| *at > 0);
    let Some(at) = at else {
        return Err(
            "it is not of the form 'PATH: TYPE', as in 'encode: fn(&[u8]) -> String'".to_owned(),
        );
    };
    Ok((
        text[..at].trim().to_owned(),
        text[at + 1..].trim().to_owned(),
    ))
}

/// A crate from the registry, as `--dep` names it.
#[derive(Clone, Debug, PartialEq)]
struct Crate {
    name: String,
    requirement: String,
    features: Vec<String>,
}

/// `NAME@REQ`, or `NAME[FEATURE,FEATURE]@REQ`; without a requirement, any version.
fn dependency(text: &str) -> Result<Crate, String> {
    let (name, requirement) = text.rsplit_once('@').unwrap_or((text, "*"));
    let (name, features) = match name.strip_suffix(']') {
        Some(name) => name.split_once('[').unwrap_or_default(),
        None => (name, ""),
    };
    if name.is_empty() || requirement.is_empty() {
        return Err(
            "it is not of the form NAME@REQ, as in serde_json@1 or serde[derive]@1".to_owned(),
        );
    }
    let features = features
        .split(',')
        .map(str::trim)
        .filter(|feature| !feature.is_empty());
    Ok(Crate {
        name: name.to_owned(),
        requirement: requirement.to_owned(),
        features: features.map(str::to_owned).collect(),
    })
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("it is not of the form KEY=VALUE".to_owned()),
    }
}

pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let limit = text.parse().ok().map(Duration::try_from_secs_f64);
    match limit {
        Some(Ok(limit)) if limit > Duration::ZERO => Ok(limit),
        _ => Err("give a number of seconds above 0, as in 2.5".to_owned()),
    }
}
