//@ env: FROM_OUTSIDE=given
// What a child inherits: environment set, removed and cleared, working folder, descriptors, code run before exec.
use std::env;
use std::os::unix::process::CommandExt;
use std::process::Command;

unsafe extern "C" {
    fn write(fd: i32, bytes: *const u8, count: usize) -> isize;
}

fn shown(command: &mut Command) -> String {
    let output = command.output().unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .replace('\n', " | ")
}

fn main() {
    let script = "echo ${FROM_OUTSIDE-none} ${ADDED-none} ${SET_HERE-none}";
    println!("{}", shown(Command::new("sh").args(["-c", script])));
    println!(
        "{}",
        shown(
            Command::new("sh")
                .args(["-c", script])
                .env("ADDED", "yes and no")
        )
    );
    println!(
        "{}",
        shown(
            Command::new("sh")
                .args(["-c", script])
                .env_remove("FROM_OUTSIDE")
        )
    );
    // SAFETY: no other thread runs.
    unsafe { env::set_var("SET_HERE", "by set_var") };
    println!(
        "{}",
        shown(
            Command::new("sh")
                .args(["-c", script])
                .envs([("ADDED", "1"), ("MORE", "2")])
        )
    );
    println!(
        "{}",
        shown(Command::new("/usr/bin/env").env_clear().env("ONLY", "this"))
    );

    let mut command = Command::new("sh");
    command
        .env("B", "2")
        .env("A", "1")
        .env_remove("C")
        .arg("-c")
        .arg("x y")
        .current_dir("/tmp");
    println!("{:?}", command.get_envs().collect::<Vec<_>>());
    println!(
        "{:?} {:?}",
        command.get_args().collect::<Vec<_>>(),
        command.get_current_dir()
    );

    println!(
        "{}",
        shown(Command::new("sh").arg0("renamed").args(["-c", "echo $0"]))
    );
    let mut limited = Command::new("sh");
    limited.args(["-c", "echo in the child"]);
    // SAFETY: only a call of write happens between fork and exec, with the bytes of a literal.
    unsafe {
        limited.pre_exec(|| {
            write(1, b"before exec\n".as_ptr(), 12);
            Ok(())
        });
    }
    println!("{}", shown(&mut limited));
    // SAFETY: the closure only makes an error.
    unsafe { limited.pre_exec(|| Err(std::io::Error::from_raw_os_error(13))) };
    println!("{:?}", limited.output().map(drop).unwrap_err().kind());
}
