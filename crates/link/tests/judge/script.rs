//! Running the other linker: its script, its options.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{GOT, Judge, Linked, copy};

/// Where rustc keeps LLVM's linker.
pub(super) fn lld() -> PathBuf {
    let rustc = std::env::var_os("RUSTC").map_or_else(|| "rustc".into(), PathBuf::from);
    let ask = |arguments: &[&str]| {
        let output = Command::new(&rustc).args(arguments).output();
        String::from_utf8(output.expect("rustc runs").stdout).expect("rustc prints UTF-8")
    };
    let about = ask(&["-vV"]);
    let machine = about.lines().find_map(|line| line.strip_prefix("host: "));
    PathBuf::from(ask(&["--print", "sysroot"]).trim_end())
        .join("lib/rustlib")
        .join(machine.expect("rustc names its host"))
        .join("bin/gcc-ld/ld.lld")
}

/// Links copies of the objects, every section at the address where jitney has it, and returns the
/// path of the result. `stubs` are the functions that cannot be reached from there, with what
/// jitney calls in their place.
///
/// # Errors
/// What the linker prints.
pub(super) fn link(
    judge: Judge,
    linked: &Linked<'_>,
    stubs: &BTreeMap<String, u64>,
    folder: &Path,
) -> Result<PathBuf, String> {
    let out = folder.join("out");
    let script = folder.join("script");
    std::fs::write(&script, text(linked, stubs)).expect("the folder can be written");
    let mut command = match judge {
        Judge::Gnu => Command::new("ld"),
        Judge::Llvm => Command::new(lld()),
    };
    // In an executable for fixed addresses linkers put addresses themselves into instructions that
    // load them. Where these are too high for that, it is one that can lie anywhere, and `Output`
    // does what its loader would.
    let is_low = linked.image.range().end < 1 << 31;
    let any = |has: fn(&copy::File<'_>) -> bool| linked.files.iter().any(has);
    if any(copy::has_thread_locals) {
        // A shared library's thread-locals are found as jitney's are: by a call.
        command.args(["-shared", "-Bsymbolic"]);
    } else if is_low || !any(copy::loads_addresses) {
        command.args(["-static", "-no-pie"]);
    } else {
        command.args(["-pie", "--no-dynamic-linker"]);
    }
    command.args(["-e", "0", "-z", "norelro", "-z", "notext"]);
    // Pages of 4 KiB keep the file small; sections that nobody gave an address may lie anywhere.
    command.args(["-z", "max-page-size=4096", "--no-check-sections"]);
    if judge == Judge::Gnu
        && linked
            .outside
            .values()
            .any(|address| linked.is_far(*address))
    {
        // It rewrites a load before it knows that the address is too far, and gives up then.
        command.arg("--no-relax");
    }
    // LLVM's would refuse a call of a weak symbol that is not there, and has no stub for it.
    command.arg(match judge {
        Judge::Gnu => "--no-warn-rwx-segments",
        Judge::Llvm => "--noinhibit-exec",
    });
    command.arg("-T").arg(&script).arg("-o").arg(&out);
    for number in 0..linked.objects.len() {
        let path = folder.join(format!("{number}.o"));
        let copy = copy::renamed(linked, number);
        std::fs::write(&path, copy).expect("the folder can be written");
        command.arg(path);
    }
    let output = command.output().expect("it ran before");
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    output.status.success().then_some(out).ok_or(message)
}

fn text(linked: &Linked<'_>, stubs: &BTreeMap<String, u64>) -> String {
    let mut sections = Vec::new();
    // What is outside belongs to sections too: linkers treat absolute symbols otherwise. What is
    // far away is absolute all the same, or the file would be as large as the distance.
    let mut text = String::new();
    let mut outside: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for (name, address) in linked.outside.iter().chain(&linked.commons) {
        let address = stubs.get(name).unwrap_or(address);
        if linked.is_far(*address) && *address != 0 {
            writeln!(text, "\"{name}\" = {address:#x};").expect("it is a string");
        } else if *address != 0 && name != GOT {
            outside.entry(*address).or_default().push(name);
        }
    }
    for (number, (address, names)) in outside.into_iter().enumerate() {
        let symbols: String = names
            .iter()
            .map(|name| format!("\"{name}\" = .; "))
            .collect();
        sections.push((address, format!(".outside{number}"), symbols + "BYTE(0)"));
    }
    for placed in &linked.sections {
        let name = copy::section_name(placed.object, placed.index);
        let contents = format!("*({name})");
        sections.push((placed.address, name, contents));
    }
    // The linker's own tables, and what jitney does not place, lie past the image, in reach of it.
    let mut next = (linked.image.range().end as u64).next_multiple_of(1 << 16) + (1 << 16);
    // The start of this one is what `GOT` names.
    let got = linked.outside.get(GOT).copied();
    sections.push((
        got.unwrap_or(next - 4096),
        ".got.plt".into(),
        "*(.got.plt)".into(),
    ));
    let frames = (0..linked.objects.len()).map(copy::frames_name);
    let tables = [
        ".got",
        ".rela.*",
        ".dynamic",
        ".dynsym",
        ".dynstr",
        ".hash",
        ".gnu.hash",
        ".plt*",
    ];
    for name in tables.map(str::to_owned).into_iter().chain(frames) {
        sections.push((next, name.replace('*', "dyn"), format!("*({name})")));
        next += 1 << 20;
    }
    // The initial contents of thread-locals, whose addresses mean nothing; their order does.
    let variables = "*(.tdata .tdata.*) } .tbss : { *(.tbss .tbss.*)";
    sections.push((next, ".tdata".into(), variables.into()));
    // LLVM's linker wants them in order.
    sections.sort();
    text += "SECTIONS {\n";
    for (address, name, contents) in sections {
        writeln!(text, "{name} {address:#x} : {{ {contents} }}").expect("it is a string");
    }
    text + "}\n"
}
