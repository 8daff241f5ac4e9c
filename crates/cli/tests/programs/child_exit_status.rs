// Children of sh: exit codes, signals, output taken, a command that does not exist, killing, try_wait.
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};

fn sh(script: &str) -> ExitStatus {
    Command::new("sh").arg("-c").arg(script).status().unwrap()
}

fn main() -> std::io::Result<()> {
    for script in [
        "exit 0",
        "exit 7",
        "false",
        "kill -TERM $$",
        "kill -KILL $$",
    ] {
        let status = sh(script);
        println!(
            "{script}: {status} success={} {:?} {:?}",
            status.success(),
            status.code(),
            status.signal()
        );
    }
    let output = Command::new("sh")
        .args(["-c", "echo out; echo err >&2; printf '\\377end'; exit 3"])
        .output()?;
    println!("{:?}", output);
    println!(
        "{:?}",
        String::from_utf8(output.stdout).map_err(|e| e.utf8_error().to_string())
    );

    let missing = Command::new("/no/such/program")
        .arg("x")
        .spawn()
        .map(drop)
        .unwrap_err();
    println!("{:?} {:?}", missing.kind(), missing.raw_os_error());
    println!(
        "{:?}",
        Command::new("/").spawn().map(drop).unwrap_err().kind()
    );

    let mut sleeper = Command::new("sleep")
        .arg("30")
        .stdin(Stdio::null())
        .spawn()?;
    println!("{:?}", sleeper.try_wait()?);
    sleeper.kill()?;
    println!(
        "{:?} again {:?}",
        sleeper.wait()?.signal(),
        sleeper.wait()?.signal()
    );
    println!("{:?}", sleeper.kill().is_ok());

    let mut command = Command::new("sh");
    command
        .args(["-c", "pwd; echo \"$0 $1\"", "zero", "a b"])
        .current_dir("/");
    println!("{:?}", command);
    print!("{}", String::from_utf8_lossy(&command.output()?.stdout));
    println!("inherited:");
    println!("{}", Command::new("echo").arg("from the child").status()?);
    println!(
        "{:?} {}",
        ExitStatus::from_raw(0x100),
        ExitStatus::from_raw(11)
    );
    Ok(())
}
