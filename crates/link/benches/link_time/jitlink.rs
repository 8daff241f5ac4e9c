//! LLVM's JITLink, through its command `llvm-jitlink` where one is installed.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// The newest of the installed versions.
pub(crate) struct JitLink {
    pub(crate) name: String,
}

impl JitLink {
    pub(crate) fn find() -> Option<JitLink> {
        let versions = (14..=30)
            .rev()
            .map(|version| format!("llvm-jitlink-{version}"));
        let mut names = versions.chain(["llvm-jitlink".to_owned()]);
        let name = names.find(|name| Command::new(name).arg("--version").output().is_ok())?;
        Some(JitLink { name })
    }

    /// The time that it gives for linking an object without running it: reading it is left out, and its own start.
    pub(crate) fn time(&self, object: &Path, symbol: &str) -> Duration {
        let output = Command::new(&self.name)
            .args(["-noexec", "-show-times", "-entry", symbol])
            .arg(object)
            .output()
            .unwrap();
        assert!(output.status.success(), "{} links", self.name);
        let report = [output.stdout, output.stderr].concat();
        let report = String::from_utf8_lossy(&report);
        let line = report
            .lines()
            .find(|line| line.ends_with("time to link object files"));
        // Each column is `0.0341 ( 99.0%)`; the last is of the wall clock.
        let wall = line.and_then(|line| {
            line.rsplit('(')
                .nth(1)?
                .split_whitespace()
                .next_back()?
                .parse()
                .ok()
        });
        Duration::from_secs_f64(wall.unwrap_or_else(|| panic!("no time in {report}")))
    }
}
