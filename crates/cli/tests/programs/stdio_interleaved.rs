// stdout and stderr by every way there is: macros, locks, handles, from threads in turn, an end without a newline.
use std::fmt::Write as _;
use std::io::{self, Write};

fn main() -> io::Result<()> {
    println!("plain");
    eprintln!("plain on stderr");
    let mut text = String::new();
    writeln!(text, "{:>8}", "made").unwrap();
    io::stdout().write_all(text.as_bytes())?;
    {
        let mut out = io::stdout().lock();
        // The lock may be taken twice by one thread.
        println!("while locked");
        for i in 0..5 {
            write!(out, "{i},")?;
        }
        out.write_all(b"\n")?;
    }
    let mut err = io::stderr().lock();
    write!(err, "unbuffered ")?;
    err.write_all(&[b'e', 0xff, b'\n'])?;
    drop(err);
    for n in 0..3 {
        std::thread::spawn(move || {
            print!("thread {n} ");
            eprint!("t{n} ");
        })
        .join()
        .unwrap();
    }
    println!();
    let long = "0123456789".repeat(1000);
    println!("{long}");
    print!("{}\n{}", &long[..1500], "after a newline in the middle");
    io::stdout().flush()?;
    println!();
    println!("{:?}", io::stdout().lock().write(b"")?);
    eprint!("stderr ends here");
    print!("stdout ends without a newline");
    Ok(())
}
