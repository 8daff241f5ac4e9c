//! A program whose plugins are folders of source: they use its own `plugins-api` and its own logger, and are read again
//! whenever the user says so, while the program runs. A package of the registry is called beside them.
//!
//! ```sh
//! cargo run -p plugins-host                      # the plugins in examples/plugins/plugins
//! cargo run -p plugins-host -- path/to/plugins   # others
//! ```

use std::error::Error;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use jitney::{Jit, Module};
use plugins_api::{JOURNAL, Note, Plugin};

/// The program's logger, which plugins log to as well.
struct Logger;

impl log::Log for Logger {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        // A plugin's own words, not those of what compiles it.
        !metadata.target().starts_with("cargo")
    }

    fn log(&self, record: &log::Record<'_>) {
        println!("[{} {}] {}", record.level(), record.target(), record.args());
    }

    fn flush(&self) {}
}

fn main() -> Result<(), Box<dyn Error>> {
    log::set_logger(&Logger).map_err(|error| error.to_string())?;
    log::set_max_level(log::LevelFilter::Info);
    let folder = std::env::args_os().nth(1).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins"),
        PathBuf::from,
    );
    // Plugins share this program's crates: `plugins-api`, `log`, and whatever else it uses.
    let jit = Jit::new()?.host(jitney::host!())?;

    let hex = jit
        .package("hex", "0.4")
        .export("encode", "fn(&[u8]) -> String")
        .load()?;
    let version = hex.package().map_or("", |package| &package.version);
    let encode = hex.function::<fn(&[u8]) -> String>("encode")?;
    println!("hex {version}: {}", encode(b"jitney"));

    let mut lines = std::io::stdin().lock().lines();
    loop {
        match run(&jit, &folder) {
            Ok(()) => {}
            // A plugin that does not compile is told about; the program goes on.
            Err(error) => println!("{error}"),
        }
        println!("Enter reads the plugins again, Ctrl-D ends.");
        if lines.next().transpose()?.is_none() {
            return Ok(());
        }
    }
}

/// Loads every plugin, lets them change a note one after the other, and unloads them.
fn run(jit: &Jit, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    folders.retain(|folder| folder.join("Cargo.toml").is_file());
    folders.sort();

    let mut note = Note {
        text: "hello".to_owned(),
        changed_by: Vec::new(),
    };
    for folder in folders {
        let module = jit.folder(&folder).load()?;
        apply(&module, &mut note)?;
        // SAFETY: the plugin is dropped, and what it left (texts in the note and in the journal) is made of the program's
        // own types.
        unsafe { module.unload()? };
    }
    println!("{note:?}");
    let mut journal = JOURNAL.lock().expect("no plugin panicked");
    println!("{:?}", std::mem::take(&mut *journal));
    Ok(())
}

fn apply(module: &Module, note: &mut Note) -> Result<(), jitney::Error> {
    let plugin = module.function::<fn() -> Box<dyn Plugin>>("plugin")?();
    plugin.apply(note);
    Ok(())
}
