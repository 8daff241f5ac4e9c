// Pipes to children: stdin to cat, a pipeline of three, many bytes both ways at once, an anonymous pipe.
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

fn main() -> io::Result<()> {
    let mut cat = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = cat.stdin.take().unwrap();
    let writer = thread::spawn(move || -> io::Result<usize> {
        for line in 0..20_000 {
            writeln!(input, "line {line}")?;
        }
        Ok(20_000)
    });
    let (mut lines, mut bytes) = (0, 0);
    for line in BufReader::new(cat.stdout.take().unwrap()).lines() {
        bytes += line?.len();
        lines += 1;
    }
    println!(
        "{} written, {lines} read with {bytes} bytes, {}",
        writer.join().unwrap()?,
        cat.wait()?
    );

    let mut first = Command::new("printf")
        .arg("pear\\napple\\nfig\\napple\\n")
        .stdout(Stdio::piped())
        .spawn()?;
    let mut second = Command::new("sort")
        .stdin(first.stdout.take().unwrap())
        .stdout(Stdio::piped())
        .spawn()?;
    let third = Command::new("uniq")
        .arg("-c")
        .stdin(second.stdout.take().unwrap())
        .output()?;
    let counted = String::from_utf8(third.stdout).unwrap();
    println!("{:?}", counted.lines().map(str::trim).collect::<Vec<_>>());
    println!("{} {}", first.wait()?.success(), second.wait()?.success());

    let mut head = Command::new("head")
        .args(["-n", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut to_head = head.stdin.take().unwrap();
    to_head.write_all(b"only\n")?;
    println!("{:?}", io::read_to_string(head.stdout.take().unwrap())?);
    head.wait()?;
    // Rust ignores SIGPIPE, so this is an error and not the end.
    println!("{:?}", to_head.write_all(b"too late\n").unwrap_err().kind());

    let (mut reader, writer) = io::pipe()?;
    let mut both = Command::new("sh");
    both.args(["-c", "echo to stdout; echo to stderr >&2"])
        .stdout(writer.try_clone()?)
        .stderr(writer);
    both.status()?;
    drop(both);
    let mut mixed = String::new();
    reader.read_to_string(&mut mixed)?;
    println!("{mixed:?}");

    let mut tr = Command::new("tr")
        .args(["a-z", "A-Z"])
        .stdin(Stdio::piped())
        .stdout(Stdio::inherit())
        .spawn()?;
    tr.stdin.take().unwrap().write_all(b"straight through\n")?;
    println!("{}", tr.wait()?);
    Ok(())
}
