// Seeking, positioned reads and writes, chains, takes, splitting, and a record file updated in place.
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;

fn main() -> io::Result<()> {
    let path = std::env::temp_dir().join("records.bin");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)?;
    for id in 0..100u32 {
        file.write_all(&id.to_be_bytes())?;
        file.write_all(&(id * id).to_be_bytes())?;
    }
    println!("{}", file.stream_position()?);
    let record = |file: &mut fs::File, n: u64| -> io::Result<(u32, u32)> {
        file.seek(SeekFrom::Start(n * 8))?;
        let mut pair = [[0; 4]; 2];
        file.read_exact(pair.as_flattened_mut())?;
        Ok((u32::from_be_bytes(pair[0]), u32::from_be_bytes(pair[1])))
    };
    println!("{:?} {:?}", record(&mut file, 0)?, record(&mut file, 77)?);
    file.seek(SeekFrom::Current(-4))?;
    file.write_all(&u32::MAX.to_be_bytes())?;
    println!(
        "{:?} {}",
        record(&mut file, 77)?,
        file.seek(SeekFrom::End(-3))?
    );
    println!("{:?}", record(&mut file, 100).unwrap_err().kind());
    println!(
        "{}",
        file.seek(SeekFrom::Current(-10_000)).unwrap_err().kind()
    );

    let mut four = [0; 4];
    file.read_exact_at(&mut four, 8 * 50 + 4)?;
    println!("{}", u32::from_be_bytes(four));
    file.write_all_at(b"tail", 900)?;
    println!(
        "{} {:?}",
        file.metadata()?.len(),
        file.read_at(&mut four, 10_000)?
    );
    file.rewind()?;
    let mut reader = BufReader::with_capacity(7, &file);
    reader.seek_relative(21)?;
    println!(
        "{} {:?}",
        reader.stream_position()?,
        reader.fill_buf()?.len()
    );
    reader.consume(2);
    let mut some = Vec::new();
    println!("{} {some:?}", (&mut reader).take(5).read_to_end(&mut some)?);
    println!("{}", reader.read_until(0xff, &mut some)?);
    println!("{:?}", &some[some.len() - 3..]);

    let chained = (&b"one,two"[..]).chain(&b",three,,four"[..]);
    let parts: Vec<_> = BufReader::new(chained)
        .split(b',')
        .map(|p| String::from_utf8(p.unwrap()).unwrap())
        .collect();
    println!("{parts:?}");
    println!(
        "{:?}",
        (&b"ab\xffc"[..])
            .bytes()
            .map(|b| b.unwrap())
            .collect::<Vec<_>>()
    );
    fs::remove_file(path)
}
