// Files: create, append, truncate, create_new, read in every way, copy, rename, remove.
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

fn main() -> io::Result<()> {
    let folder = std::env::temp_dir().join("read-write");
    fs::create_dir(&folder)?;
    let path = folder.join("a.txt");

    fs::write(&path, "first\nsecond\n")?;
    OpenOptions::new()
        .append(true)
        .open(&path)?
        .write_all("dritte ß\n".as_bytes())?;
    println!("{:?}", fs::read_to_string(&path)?);
    println!("{:?}", fs::read(&path)?.len());
    println!("{:?}", File::create_new(&path).unwrap_err().kind());
    for line in BufReader::new(File::open(&path)?).lines() {
        println!("- {}", line?);
    }

    let mut writer = BufWriter::with_capacity(16, File::create(folder.join("b.bin"))?);
    for i in 0..1000u16 {
        writer.write_all(&i.to_le_bytes())?;
    }
    println!("buffered {}", writer.buffer().len());
    let file = writer.into_inner()?;
    println!("{}", file.metadata()?.len());
    file.set_len(10)?;
    file.sync_all()?;
    println!("{:?}", fs::read(folder.join("b.bin"))?);

    println!("{}", fs::copy(&path, folder.join("c.txt"))?);
    fs::rename(folder.join("c.txt"), folder.join("d.txt"))?;
    println!(
        "{} {}",
        folder.join("c.txt").exists(),
        folder.join("d.txt").try_exists()?
    );

    let mut both = OpenOptions::new()
        .read(true)
        .write(true)
        .truncate(true)
        .open(folder.join("d.txt"))?;
    write!(both, "{:>5}|{:<5}|", 42, "ab")?;
    let mut text = String::new();
    println!("{} {text:?}", both.read_to_string(&mut text)?);
    println!("{:?}", fs::read_to_string(folder.join("d.txt"))?);
    println!("{}", OpenOptions::new().open(&path).unwrap_err());

    let mut names: Vec<_> = fs::read_dir(&folder)?
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    println!("{names:?}");
    fs::remove_file(&path)?;
    println!("{:?}", fs::remove_dir(&folder).unwrap_err().kind());
    fs::remove_dir_all(&folder)?;
    println!("{}", folder.exists());
    Ok(())
}
