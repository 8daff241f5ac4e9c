//@ exit: 5
// exec: the process becomes another one, keeping its descriptors and environment; no destructor runs.
use std::os::unix::process::CommandExt;
use std::process::Command;

struct Loud;
impl Drop for Loud {
    fn drop(&mut self) {
        println!("never seen");
    }
}

fn main() {
    let failed = Command::new("/no/such/program").exec();
    println!("{:?}", failed.kind());
    let _loud = Loud;
    println!("before");
    let error = Command::new("sh")
        .args(["-c", "echo \"after, $GREETING\"; exit 5"])
        .env("GREETING", "hello")
        .exec();
    panic!("{error}");
}
