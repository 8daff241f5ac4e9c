//! A line about what is being done, on a terminal, while it takes long.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::ProgressBar;
use jitney::Event;

use crate::output;

/// A function that shows events: a line that goes away again on a terminal; with `verbose`, a line
/// for each command that is run; otherwise nothing.
pub(crate) fn reporter(verbose: bool) -> impl Fn(&Event) + Send + Sync {
    let line =
        (std::io::stderr().is_terminal() && !verbose).then(|| Mutex::new(None::<ProgressBar>));
    move |event| {
        if let Event::Running { command } = event {
            if verbose {
                output::note(&format!("{command}\n"));
            }
            return;
        }
        if let Event::Cached { name } = event
            && verbose
        {
            output::note(&format!("{name}: built before, taken from the cache\n"));
        }
        let Some(line) = &line else { return };
        let mut line = line
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        match message(event) {
            Some(message) => {
                let bar = line.get_or_insert_with(|| {
                    let bar = ProgressBar::new_spinner();
                    bar.enable_steady_tick(Duration::from_millis(120));
                    bar
                });
                bar.set_message(message);
            }
            None => {
                if let Some(bar) = line.take() {
                    bar.finish_and_clear();
                }
            }
        }
    }
}

/// What to show for an event; `None` when the work is done.
fn message(event: &Event) -> Option<String> {
    match event {
        Event::Resolving { dependencies } => Some(format!("resolving {}", dependencies.join(", "))),
        Event::Downloaded { package } => Some(format!("downloaded {package}")),
        Event::Compiling {
            crate_name,
            total: 1,
            ..
        } => Some(format!("compiling {crate_name}")),
        Event::Compiling {
            crate_name,
            done,
            total,
        } => Some(format!("compiling {crate_name} ({done}/{total})")),
        Event::Linking { name } => Some(format!("linking {name}")),
        Event::Loaded { .. } => None,
        Event::Compiled { done, total, .. } if done >= total => None,
        Event::Cached { .. } => None,
        _ => Some("compiling".to_owned()),
    }
}
