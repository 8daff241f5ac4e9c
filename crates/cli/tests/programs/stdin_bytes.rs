//@ stdin: ab\x00\xff\xfe,c\n\x80tail
// Bytes from stdin that are no UTF-8: by byte, up to a mark, to the end, and the error for text.
use std::io::{self, BufRead, Read, Write};

fn main() -> io::Result<()> {
    let mut stdin = io::stdin().lock();
    let first: Vec<u8> = stdin.by_ref().bytes().take(3).collect::<io::Result<_>>()?;
    println!("{first:?}");
    let mut field = Vec::new();
    println!("{} {field:?}", stdin.read_until(b',', &mut field)?);
    println!("{field:?} {:?}", String::from_utf8_lossy(&field));
    let mut line = String::new();
    println!("{} {line:?}", stdin.read_line(&mut line)?);
    println!("{line:?}");
    let error = stdin.read_to_string(&mut line).unwrap_err();
    println!("{error} {:?} {line:?}", error.kind());
    let mut rest = Vec::new();
    println!("{}", stdin.read_to_end(&mut rest)?);

    let mut out = io::stdout().lock();
    out.write_all(b"\x00\xff bytes \x80 out\n")?;
    out.flush()
}
