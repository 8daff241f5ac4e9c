//! Sources with heavy dependencies, each linked in processes started for it, where neither the archives are open nor
//! anything of them is in memory; and the same sources as shared libraries.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use criterion::Criterion;
use jitney::{Event, Jit};
use jitney_build::{Built, Dependency, Options, Progress, Source, Toolchain, Workspace};
use jitney_link::{Bytes, Image, Input, Library, Linker};

use crate::race::Race;
use crate::sources::run;
use crate::table::{Table, milliseconds, times_as_fast};

/// The argument that makes a process of the bench one that links.
const CHILD: &str = "heavy-link";

/// What such a process does.
const COMPARE: &str = "compare";
const JITNEY_FIRST: &str = "jitney-first";
const DLOPEN_FIRST: &str = "dlopen-first";
/// Links once the objects have been read and indexed, by a link that was taken back.
const INDEXED: &str = "indexed";

/// A case of the suite in `tests/heavy`, whose function `report` uses the crate for real.
struct Case {
    name: &'static str,
    text: &'static str,
    dependencies: &'static [(&'static str, &'static str, &'static [&'static str])],
    target: &'static str,
}

const CASES: [Case; 3] = [
    Case {
        name: "serde_json",
        text: include_str!("../../../../tests/heavy/cases/serde_json/src/lib.rs"),
        dependencies: &[("serde", "1", &["derive"]), ("serde_json", "1", &[])],
        target: "≤ 3 ms",
    },
    Case {
        name: "rusqlite",
        text: include_str!("../../../../tests/heavy/cases/rusqlite/src/lib.rs"),
        dependencies: &[("rusqlite", "0.43", &["bundled", "functions"])],
        target: "≤ 15 ms",
    },
    Case {
        name: "regex",
        text: include_str!("../../../../tests/heavy/cases/regex/src/lib.rs"),
        dependencies: &[("regex", "1", &[])],
        target: "≤ 20 ms",
    },
];

/// What is timed, in the order in which a child prints it.
const TIMED: [&str; 6] = [
    "jitney: open the archives",
    "jitney: link",
    "jitney: link again",
    "jitney: open again",
    "dlopen",
    "jitney: link, objects indexed",
];

pub(crate) fn bench(criterion: &mut Criterion, jit: &Jit, table: &mut Table) {
    for case in &CASES {
        let made = Made::of(case, jit);
        let bench = env::current_exe().unwrap();
        let name = format!("heavy/{}", case.name);
        let child = |mode: &str| {
            let mut child = Command::new(&bench);
            let output = child.args([CHILD, mode]).arg(made.folder.path()).output();
            let output = output.unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{said}");
            let printed = String::from_utf8(output.stdout).unwrap();
            let times = printed.split_whitespace().map(|n| n.parse().unwrap());
            times.map(Duration::from_nanos).collect::<Vec<_>>()
        };
        // What is timed is the real thing, however it was linked.
        child(COMPARE);
        let race = Race::run(criterion, &name, TIMED, 250, |round| {
            let mut times = child([JITNEY_FIRST, DLOPEN_FIRST][round % 2]);
            times.push(child(INDEXED)[1]);
            times.try_into().unwrap()
        });
        if race.rounds() > 0 {
            made.rows(case, &race, table);
        }
    }
}

/// A case, compiled: its object and the paths of its archives, and the shared library.
struct Made {
    folder: tempfile::TempDir,
    archives: usize,
    /// How long rustc took for the shared library beyond what it took for jitney's object: mostly the system linker.
    system_linker: f64,
}

impl Made {
    fn of(case: &Case, jit: &Jit) -> Made {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let (words, built) = build(case, jit);
        for (number, object) in built.objects.iter().enumerate() {
            fs::write(path(&format!("{number}.o")), object).unwrap();
        }
        let archives: Vec<&str> = built.archives.iter().map(|a| a.to_str().unwrap()).collect();
        fs::write(path("archives"), archives.join("\n")).unwrap();
        fs::write(path("libraries"), built.shared_libraries.join("\n")).unwrap();

        let text = format!(
            "{}\n#[unsafe(no_mangle)]\nfn report_by_name() -> String {{ report() }}\n",
            case.text
        );
        let source = path("library.rs");
        fs::write(&source, text).unwrap();
        let plain = [
            "--edition=2024",
            "-Copt-level=0",
            "-Cdebuginfo=0",
            "-Cstrip=debuginfo",
        ];
        let compile = |kind: &str, output: &str| {
            let mut rustc = Command::new(&words[0]);
            rustc.args(plain).args(dependencies(&words)).arg(kind);
            rustc.arg("-o").arg(path(output)).arg(&source);
            let before = children_worked();
            run(&mut rustc);
            (children_worked() - before).as_secs_f64()
        };
        let mut rounds: Vec<f64> = (0..9)
            .map(|_| {
                let library = compile("--crate-type=cdylib", "library.so");
                library - compile("--crate-type=rlib", "library.rlib")
            })
            .collect();
        rounds.sort_by(f64::total_cmp);
        Made {
            archives: archives.len(),
            system_linker: rounds[rounds.len() / 2],
            folder,
        }
    }

    fn rows(&self, case: &Case, race: &Race<6>, table: &mut Table) {
        let time = |stage| milliseconds(race.median(stage));
        let (name, archives) = (case.name, self.archives);
        let system = self.system_linker + race.median(4);
        table.row(
            &format!("`{name}`: link, its objects indexed, against a system link and `dlopen`"),
            time(5),
            milliseconds(system),
            times_as_fast(system / race.median(5)),
            case.target,
        );
        table.row(
            "… the first link of a process, which indexes them, against a system link and `dlopen`",
            time(1),
            milliseconds(system),
            times_as_fast(system / race.median(1)),
            "",
        );
        let ratio = times_as_fast(race.ratio(4, 1));
        table.row(
            "… against `dlopen` alone of what was linked before",
            time(1),
            time(4),
            ratio,
            "",
        );
        table.row(
            &format!("… before it, opening its {archives} archives, the first time and again"),
            time(0),
            time(3),
            "",
            "",
        );
        table.row("… linked a second time", time(2), "", "", "");
    }
}

/// Builds a case as jitney does, and listens to how rustc is called.
fn build(case: &Case, jit: &Jit) -> (Vec<String>, Built) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = heard.clone();
    let listen = move |event: &Event| {
        if let Event::Running { command } = event {
            listener.lock().unwrap().push(command.clone());
        }
    };
    let mut workspace = Workspace::new(jit.compiler().clone());
    // rustc's command line is wanted, so it has to run.
    workspace.cache = false;
    workspace.cache_folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    let dependency = |(name, requirement, features): &(&str, &str, &[&str])| Dependency::Registry {
        name: (*name).to_owned(),
        requirement: (*requirement).to_owned(),
        features: features
            .iter()
            .map(|feature| (*feature).to_owned())
            .collect(),
        default_features: true,
    };
    let options = Options {
        name: Some(case.name.to_owned()),
        dependencies: case.dependencies.iter().map(dependency).collect(),
        progress: Some(Progress::new(listen)),
        verbose: true,
        ..Options::default()
    };
    let source = Source::Text(case.text.to_owned());
    let built = workspace.library(&source, &options).unwrap();
    let command = heard.lock().unwrap().pop().expect("rustc was run");
    (command.split(' ').map(str::to_owned).collect(), built)
}

/// The arguments by which rustc finds the dependencies.
fn dependencies(words: &[String]) -> Vec<&String> {
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if word.starts_with("-L") {
            found.push(word);
        } else if word == "--extern" {
            found.extend(&words[at..at + 2]);
        }
    }
    found
}

/// Does a child's work, if this process is one.
pub(crate) fn is_child() -> bool {
    let mut arguments = env::args().skip(1);
    if arguments.next().as_deref() != Some(CHILD) {
        return false;
    }
    let mode = arguments.next().unwrap();
    let folder = PathBuf::from(arguments.next().unwrap());
    // SAFETY: it was made from a case, whose crates have no constructors that could do harm.
    let peer = || timed(|| unsafe { libloading::Library::new(folder.join("library.so")).unwrap() });
    let before = (mode == DLOPEN_FIRST).then(peer);
    let own = Own::link(&folder, mode == INDEXED);
    let (opened, library) = before.unwrap_or_else(peer);
    if mode == COMPARE {
        // SAFETY: that is its type.
        let report = unsafe { library.get::<fn() -> String>("report_by_name").unwrap() };
        assert_eq!(report_of(&own.image)(), report());
    }
    let times = [own.open, own.link, own.link_again, own.open_again, opened];
    println!(
        "{}",
        times.map(|time| time.as_nanos().to_string()).join(" ")
    );
    // The crates' threads and statics may be in use.
    std::mem::forget((library, own));
    true
}

/// What jitney's linker made, and how long it took.
struct Own {
    open: Duration,
    open_again: Duration,
    link: Duration,
    link_again: Duration,
    image: Image,
}

impl Own {
    fn link(folder: &Path, indexed: bool) -> Own {
        let lines = |name: &str| -> Vec<String> {
            let text = fs::read_to_string(folder.join(name)).unwrap();
            text.lines().map(str::to_owned).collect()
        };
        let paths: Vec<PathBuf> = lines("archives").into_iter().map(PathBuf::from).collect();
        let libraries = lines("libraries");
        let objects = || {
            let path = |number: u32| folder.join(format!("{number}.o"));
            let bytes = (0..).map_while(|number| fs::read(path(number)).ok());
            bytes
                .map(|object| ("case.o".to_owned(), Bytes::from(object)))
                .collect::<Vec<_>>()
        };
        let linker = Linker::of_process(&Toolchain::find().unwrap().library_folder()).unwrap();
        let (open, dependencies) = timed(|| Library::dependencies(&paths).unwrap());
        let input = |objects| Input {
            objects,
            dependencies: Some(&dependencies),
            shared_libraries: &libraries,
            keep_literals: true,
            ..Input::default()
        };
        // SAFETY: the compiler that built this bench wrote the object.
        let link = |objects| unsafe { linker.link(input(objects), &is_report) }.unwrap();
        if indexed {
            linker.map(input(objects()), &is_report).unwrap();
        }
        let (first, second) = (objects(), objects());
        let (link_time, image) = timed(|| link(first));
        let (link_again, _second) = timed(|| link(second));
        let (open_again, _library) = timed(|| Library::dependencies(&paths).unwrap());
        Own {
            open,
            open_again,
            link: link_time,
            link_again,
            image,
        }
    }
}

/// How long this thread works for something, and what it gives. The processor's time and not the clock's: a process that
/// has just started shares the processor with whatever else the machine does, and nothing that is timed here waits.
fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let began = worked();
    let value = run();
    (worked() - began, value)
}

/// How long the processes worked that this one has started and that have ended.
fn children_worked() -> Duration {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: it fills the one structure that it is given, which may also be all zero.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_CHILDREN, usage.as_mut_ptr());
        usage.assume_init()
    };
    let of = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
    };
    of(usage.ru_utime) + of(usage.ru_stime)
}

fn worked() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: it writes to the one structure that it is given.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The case's function, by its mangled name.
fn is_report(symbol: &[u8]) -> bool {
    symbol.windows(10).any(|window| window == b"6report17h")
}

fn report_of(image: &Image) -> fn() -> String {
    let symbol = image
        .symbols()
        .find(|symbol| is_report(symbol.name.as_bytes()));
    let address = symbol.expect("the case has the function").address;
    // SAFETY: that is its type.
    unsafe { std::mem::transmute::<usize, fn() -> String>(address) }
}
