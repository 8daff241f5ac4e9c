// Metadata, permissions, hard and symbolic links, times set by hand, canonical paths.
use std::fs::{self, File, FileTimes, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::time::{Duration, SystemTime};

fn main() -> io::Result<()> {
    let folder = std::env::temp_dir().join("links");
    fs::create_dir_all(folder.join("deep/er"))?;
    let file = folder.join("file");
    fs::write(&file, b"12345")?;
    fs::set_permissions(&file, Permissions::from_mode(0o640))?;
    let metadata = fs::metadata(&file)?;
    println!(
        "{} {:o} {} {}",
        metadata.len(),
        metadata.mode(),
        metadata.is_file(),
        metadata.nlink()
    );

    fs::hard_link(&file, folder.join("hard"))?;
    symlink("file", folder.join("soft"))?;
    symlink("nowhere", folder.join("dangling"))?;
    symlink("../..", folder.join("deep/er/up"))?;
    println!(
        "{}",
        fs::metadata(&file)?.ino() == fs::metadata(folder.join("hard"))?.ino()
    );
    println!("{}", fs::metadata(&file)?.nlink());
    for name in ["soft", "dangling", "deep/er/up"] {
        let path = folder.join(name);
        let link = fs::symlink_metadata(&path)?;
        println!(
            "{name}: {:?} {} {}",
            fs::read_link(&path)?,
            link.is_symlink(),
            fs::metadata(&path).is_ok()
        );
    }
    let canonical = fs::canonicalize(folder.join("deep/er/up/./soft"))?;
    println!("{}", canonical == fs::canonicalize(&file)?);
    println!(
        "{:?}",
        fs::canonicalize(folder.join("dangling"))
            .unwrap_err()
            .kind()
    );

    let then = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_000, 500);
    File::options()
        .write(true)
        .open(&file)?
        .set_times(FileTimes::new().set_modified(then).set_accessed(then))?;
    let metadata = fs::metadata(&file)?;
    println!(
        "{} {} {}",
        metadata.mtime(),
        metadata.mtime_nsec(),
        metadata.modified()? == metadata.accessed()?
    );

    let mut readonly = metadata.permissions();
    readonly.set_readonly(true);
    fs::set_permissions(&file, readonly)?;
    println!(
        "{:o} {}",
        fs::metadata(&file)?.mode() & 0o777,
        fs::metadata(&file)?.permissions().readonly()
    );
    fs::remove_file(folder.join("soft"))?;
    println!("{}", file.exists());
    println!(
        "{:?} {:?}",
        folder.join("hard").file_name(),
        folder.join("deep").is_dir()
    );
    fs::remove_dir_all(&folder)
}
