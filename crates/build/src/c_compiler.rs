//! The C and C++ compilers: finding one, its command line, and the folders in which it looks for libraries. Assembly goes
//! through the C compiler.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::error::Error;
use crate::options::Options;
use crate::process::{Clock, Run};
use crate::toolchain::on_path;

/// What a file is compiled as. What a compiler is called differs with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Language {
    C,
    Cpp,
}

impl Language {
    /// The language of a file, by the endings that compilers know. Assembly is the C compiler's.
    pub(crate) fn of(path: &Path) -> Option<Language> {
        match path.extension()?.to_str()? {
            "c" | "i" | "s" | "S" | "sx" => Some(Language::C),
            "cc" | "cp" | "cxx" | "cpp" | "CPP" | "c++" | "C" | "ii" => Some(Language::Cpp),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Language::C => "C",
            Language::Cpp => "C++",
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Language::C => "CC",
            Language::Cpp => "CXX",
        }
    }

    fn programs(self) -> [&'static str; 3] {
        match self {
            Language::C => ["cc", "gcc", "clang"],
            Language::Cpp => ["c++", "g++", "clang++"],
        }
    }
}

/// A compiler that was found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Compiler {
    program: PathBuf,
    /// What its variable says after the program: `CC="ccache gcc"`.
    arguments: Vec<String>,
}

impl Compiler {
    /// The compiler that `CC` or `CXX` names, else the first on the PATH.
    pub(crate) fn find(language: Language, options: &Options) -> Result<Compiler, Error> {
        let variable = language.variable();
        let of_build = options.env.iter().rev().find(|(name, _)| name == variable);
        let named = match of_build {
            Some((_, value)) => value.clone(),
            None => env::var(variable).unwrap_or_default(),
        };
        let mut words = named.split_whitespace();
        if let Some(program) = words.next() {
            let path = match program.contains('/') {
                true => Some(PathBuf::from(program)).filter(|path| path.is_file()),
                false => on_path(program),
            };
            return match path {
                Some(program) => Ok(Compiler {
                    program,
                    arguments: words.map(str::to_owned).collect(),
                }),
                None => Err(Error::NoCompiler {
                    language: language.name(),
                    tried: format!("{variable} names `{program}`, which is not there"),
                    variable,
                }),
            };
        }
        let programs = language.programs();
        match programs.iter().find_map(|program| on_path(program)) {
            Some(program) => Ok(Compiler {
                program,
                arguments: Vec::new(),
            }),
            None => Err(Error::NoCompiler {
                language: language.name(),
                tried: format!(
                    "{variable} is not set, and none of {} is on the PATH",
                    programs.join(", ")
                ),
                variable,
            }),
        }
    }

    /// What messages call it: `cc`.
    pub(crate) fn name(&self) -> String {
        let name = self.program.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command
    }

    /// The libraries that the compiler would link by itself because of a flag.
    pub(crate) fn implied_libraries(&self, options: &Options) -> Vec<&'static str> {
        let has = |flag: &str| options.c_flags.iter().any(|given| given == flag);
        let mut names = Vec::new();
        // clang keeps its own of the second kind in an archive beside itself.
        let is_clang = self.name().contains("clang");
        if has("-fopenmp") {
            names.push(if is_clang { "omp" } else { "gomp" });
        }
        const WITH_THEIR_OWN: [&str; 4] = ["address", "thread", "leak", "hwaddress"];
        let sanitizers = options.c_flags.iter().filter_map(|given| {
            let kinds = given.strip_prefix("-fsanitize=")?;
            kinds.split(',').find(|kind| !WITH_THEIR_OWN.contains(kind))
        });
        if sanitizers.count() > 0 && !is_clang {
            names.push("ubsan");
        }
        names
    }

    /// The command that compiles one file to one object. The optimization level and position-independent code apart, it
    /// is what the user would type: the current folder and the file's name are as given, so that `__FILE__`, included
    /// files and messages are the user's.
    pub(crate) fn compilation(&self, options: &Options, input: &Path, object: &Path) -> Command {
        let mut command = self.command();
        command.args(["-c", "-fPIC"]);
        command.arg(format!("-O{}", options.opt_level()));
        let is_assembly = input
            .extension()
            .is_some_and(|ending| ["s", "S", "sx"].iter().any(|known| ending == *known));
        if !is_assembly {
            // Nothing will take the place of the source's own functions, so they may be inlined and called directly, as
            // those of an executable are (<https://gcc.gnu.org/onlinedocs/gcc/Optimize-Options.html>).
            command.arg("-fno-semantic-interposition");
        }
        if options.debug_info {
            command.arg("-g");
        }
        if options.colours {
            command.arg("-fdiagnostics-color=always");
        }
        command.args(&options.c_flags);
        // A name that begins with a dash would be taken for an option.
        if input.as_os_str().as_encoded_bytes().starts_with(b"-") {
            command.arg(Path::new(".").join(input));
        } else {
            command.arg(input);
        }
        command.arg("-o").arg(object);
        command
    }

    /// The folders in which the compiler has a program's libraries looked for, its own runtime's first. Asked once a
    /// process; empty for a compiler that does not say.
    pub(crate) fn library_folders(
        &self,
        clock: Clock,
        options: &Options,
    ) -> Result<Vec<PathBuf>, Error> {
        static KNOWN: Mutex<Option<HashMap<Compiler, Vec<PathBuf>>>> = Mutex::new(None);
        let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folders) = known().get_or_insert_default().get(self) {
            return Ok(folders.clone());
        }
        let run = Run {
            running: format!("{} (asked for its folders)", self.name()),
            clock,
            options,
            has_children: false,
        };
        let mut command = self.command();
        command.arg("-print-search-dirs");
        let said = run.finish(command, |_, _| {})?.stdout;
        let folders = folders(&String::from_utf8_lossy(&said));
        known()
            .get_or_insert_default()
            .insert(self.clone(), folders.clone());
        Ok(folders)
    }
}

/// The folders in a line such as `libraries: =/usr/lib/gcc/12/:/usr/lib/`, which gcc and clang both print, without those
/// that are not there and the second names of one folder.
fn folders(said: &str) -> Vec<PathBuf> {
    let list = said
        .lines()
        .find_map(|line| line.strip_prefix("libraries: "))
        .unwrap_or_default();
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in env::split_paths(list.trim_start_matches('=')) {
        if let Ok(folder) = folder.canonicalize()
            && !folders.contains(&folder)
        {
            folders.push(folder);
        }
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_their_endings() {
        let of = |name: &str| Language::of(Path::new(name));
        assert_eq!(
            (of("a.c"), of("b.S")),
            (Some(Language::C), Some(Language::C))
        );
        assert_eq!(
            (of("a.C"), of("b.c++")),
            (Some(Language::Cpp), Some(Language::Cpp))
        );
        assert_eq!((of("a.rs"), of("c"), of("a.o")), (None, None, None));
    }

    #[test]
    fn folders_are_listed_once_and_only_where_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap();
        let said = format!(
            "install: /x\nlibraries: ={0}:/nowhere/at/all:{0}/../{1}/\n",
            real.display(),
            real.file_name().unwrap().display()
        );
        assert_eq!(folders(&said), [real]);
        assert!(folders("unknown option").is_empty());
    }

    #[test]
    fn a_variable_that_names_nothing_is_told() {
        let options = Options {
            env: vec![("CC".into(), "/nowhere/cc -m64".into())],
            ..Options::default()
        };
        let error = Compiler::find(Language::C, &options)
            .unwrap_err()
            .to_string();
        assert!(error.contains("CC names `/nowhere/cc`"), "{error}");
    }
}
