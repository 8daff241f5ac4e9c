// What a program sees of its process is what it would see of one of its own: numbers of threads and files, its name,
// and itself, by whichever name it starts itself again.
use std::collections::LinkedList;
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::thread;

#[repr(align(128))]
struct Padded(u64);

thread_local! {
    static PADDED: Padded = const { Padded(77) };
}

fn as_child(word: &str) {
    let line = format!("child {word}, {} arguments", std::env::args().count());
    println!("{line}");
    if word == "exec" {
        let error = Command::new("/proc/self/exe").arg("last").exec();
        println!("not executed: {error}");
    }
}

fn main() {
    if let Some(word) = std::env::args().nth(1) {
        return as_child(&word);
    }
    let ids: LinkedList<String> = (0..3)
        .map(|_| {
            thread::spawn(|| format!("{:?}", thread::current().id()))
                .join()
                .unwrap()
        })
        .collect();
    println!("{ids:?} {:?}", thread::current().id());
    let file = std::fs::File::open("/dev/null").unwrap();
    println!("file {}", file.as_raw_fd());
    println!(
        "name {}",
        std::fs::read_to_string("/proc/self/comm").unwrap().trim()
    );
    PADDED.with(|padded| println!("{} {}", padded.0, (padded as *const Padded).addr() % 128));

    let own = std::env::args().next().unwrap();
    let executable = std::env::current_exe().unwrap();
    std::env::set_current_dir("/").unwrap();
    for (program, word) in [
        (executable.to_str().unwrap(), "exe"),
        ("/proc/self/exe", "proc"),
    ] {
        let output = Command::new(program).arg(word).arg("two").output().unwrap();
        print!("{}", String::from_utf8(output.stdout).unwrap());
    }
    if own.starts_with('/') {
        let output = Command::new(&own).arg("named").output().unwrap();
        print!("{}", String::from_utf8(output.stdout).unwrap());
    }
    let status = Command::new(executable).arg("exec").status().unwrap();
    println!("{status}");
}
