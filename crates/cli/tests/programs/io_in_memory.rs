// std::io over memory: Cursor, LineWriter, BufWriter, copy, Take, Chain, a Read and a Write of one's own, vectored, tee.
use std::io::{
    self, BufRead, BufReader, BufWriter, Cursor, ErrorKind, IoSlice, LineWriter, Read, Seek,
    SeekFrom, Write,
};

struct Dribble<'a>(&'a [u8], u32);
impl Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 += 1;
        if self.1 % 3 == 0 {
            return Err(ErrorKind::Interrupted.into());
        }
        let n = self.0.len().min(buffer.len()).min(2);
        let (now, later) = self.0.split_at(n);
        buffer[..n].copy_from_slice(now);
        self.0 = later;
        Ok(n)
    }
}

#[derive(Default)]
struct Log(Vec<String>);
impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.push(String::from_utf8_lossy(bytes).into_owned());
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.push("flush".into());
        Ok(())
    }
}

struct Tee<A, B>(A, B);
impl<A: Write, B: Write> Write for Tee<A, B> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.0.write(bytes)?;
        self.1.write_all(&bytes[..n])?;
        Ok(n)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().and_then(|()| self.1.flush())
    }
}

fn main() -> io::Result<()> {
    let mut cursor = Cursor::new(Vec::new());
    cursor.write_all(b"0123456789")?;
    cursor.seek(SeekFrom::Start(4))?;
    cursor.write_all(b"abc")?;
    cursor.seek(SeekFrom::End(2))?;
    cursor.write_all(b"!")?;
    println!(
        "{:?} {}",
        cursor.get_ref().escape_ascii().to_string(),
        cursor.position()
    );
    let mut fixed = Cursor::new([0u8; 4]);
    println!(
        "{:?} {:?}",
        fixed.write_all(b"too long").map_err(|e| e.to_string()),
        fixed.get_ref()
    );

    let mut lines = LineWriter::new(Log::default());
    write!(lines, "one {}", 1)?;
    write!(lines, "\ntwo\nthr")?;
    writeln!(lines, "ee")?;
    lines.write_all(b"tail")?;
    println!("{:?}", lines.get_ref().0);
    println!(
        "{:?}",
        lines.into_inner().map_err(|e| e.to_string()).unwrap().0
    );

    let mut buffered = BufWriter::with_capacity(8, Log::default());
    for part in ["abc", "def", "ghi", "a long part that does not fit", "z"] {
        buffered.write_all(part.as_bytes())?;
    }
    buffered.flush()?;
    println!("{:?}", buffered.get_ref().0);

    let mut text = String::new();
    Dribble("dribbles: é".as_bytes(), 0).read_to_string(&mut text)?;
    println!(
        "{text} {}",
        io::copy(&mut Dribble(b"copied", 0), &mut io::sink())?
    );
    println!(
        "{:?}",
        BufReader::with_capacity(3, Dribble(b"a\nbb\n\nccc", 0))
            .lines()
            .collect::<io::Result<Vec<_>>>()?
    );
    println!(
        "{:?}",
        Dribble(b"xy", 0)
            .read_exact(&mut [0; 5])
            .map_err(|e| e.kind())
    );
    let mut tee = Tee(Vec::new(), Log::default());
    println!(
        "{}",
        io::copy(
            &mut (&b"both"[..]).chain(io::repeat(b'.').take(3)),
            &mut tee
        )?
    );
    println!(
        "{:?} {:?}",
        String::from_utf8_lossy(&tee.0),
        tee.1.0.concat()
    );
    let mut out = Vec::new();
    println!(
        "{}",
        out.write_vectored(&[IoSlice::new(b"vec"), IoSlice::new(b"tored")])?
    );
    let mut slice = &mut [0u8; 3][..];
    println!(
        "{:?} {:?}",
        slice.write(b"abcd")?,
        slice.write_all(b"x").map_err(|e| e.kind())
    );
    let mut split = Cursor::new("k1=v1;k2=v2;rest");
    let mut pairs = vec![];
    while split.skip_until(b'=')? > 0 {
        let mut value = vec![];
        split.read_until(b';', &mut value)?;
        pairs.push(String::from_utf8(value).unwrap());
    }
    println!("{pairs:?} {:?}", io::read_to_string(io::empty())?);
    println!(
        "{:?}",
        io::Error::other("boxed")
            .into_inner()
            .map(|e| e.to_string())
    );
    Ok(())
}
