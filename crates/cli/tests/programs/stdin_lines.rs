//@ stdin: first line\n\n  third, indented\t\nwindows\x0d\n
//@ stdin: fünfte\nlast without an end
// Reading stdin by lines in several ways, one after the other.
use std::io::{self, BufRead, Read};

fn main() -> io::Result<()> {
    let stdin = io::stdin();
    let mut line = String::new();
    println!("{} {line:?}", stdin.read_line(&mut line)?);
    println!("{} {line:?}", stdin.read_line(&mut line)?);
    let mut lock = stdin.lock();
    line.clear();
    lock.read_line(&mut line)?;
    println!("{line:?} {:?}", line.trim_end());
    for line in lock.by_ref().lines().take(2) {
        println!("{:?}", line?);
    }
    let mut rest = String::new();
    println!("{} {rest:?}", lock.read_to_string(&mut rest)?);
    println!("{rest:?} {}", lock.read_line(&mut rest)?);
    Ok(())
}
