// std::os::unix: raw descriptors, dup and close, positioned files, permissions of processes, OsStr bytes, fd passing on.
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixStream;

unsafe extern "C" {
    fn pipe(fds: *mut i32) -> i32;
    safe fn dup(fd: i32) -> i32;
    safe fn umask(mask: u32) -> u32;
    safe fn getuid() -> u32;
}

fn main() -> io::Result<()> {
    let mut fds = [0; 2];
    // SAFETY: the array takes two descriptors, which are then owned by the files alone.
    let (mut reader, mut writer) = unsafe {
        assert_eq!(pipe(fds.as_mut_ptr()), 0);
        (File::from_raw_fd(fds[0]), File::from_raw_fd(fds[1]))
    };
    writer.write_all(b"through a raw pipe")?;
    // SAFETY: `dup` gives a descriptor that nobody else owns.
    let mut copy = unsafe { File::from_raw_fd(dup(writer.as_raw_fd())) };
    drop(writer);
    copy.write_all(b", and its copy")?;
    println!("{}", copy.metadata()?.file_type().is_fifo());
    let owned: OwnedFd = copy.into();
    drop(owned.try_clone()?);
    drop(owned);
    println!("{:?}", io::read_to_string(&mut reader)?);
    let raw = reader.into_raw_fd();
    // SAFETY: `into_raw_fd` gave up the descriptor.
    drop(unsafe { OwnedFd::from_raw_fd(raw) });

    umask(0o022);
    let folder = std::env::temp_dir().join("fds");
    fs::DirBuilder::new().mode(0o750).create(&folder)?;
    let path = folder.join("file");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o666)
        .open(&path)?;
    println!(
        "{:o} {:o}",
        fs::metadata(&folder)?.mode() & 0o7777,
        file.metadata()?.permissions().mode()
    );
    println!("{}", file.metadata()?.uid() == getuid());
    file.write_all(b"0123456789")?;
    // A clone shares the position.
    let mut clone = file.try_clone()?;
    clone.rewind()?;
    let mut four = [0; 4];
    file.read_exact(&mut four)?;
    println!(
        "{:?} {}",
        std::str::from_utf8(&four).unwrap(),
        clone.stream_position()?
    );
    fs::remove_file(&path)?;
    clone.read_exact(&mut four)?;
    println!(
        "{:?} nlink {}",
        std::str::from_utf8(&four).unwrap(),
        clone.metadata()?.nlink()
    );
    fs::remove_dir(&folder)?;

    let (mut a, b) = UnixStream::pair()?;
    a.write_all(b"by fd")?;
    let mut as_file = File::from(OwnedFd::from(b));
    let mut five = [0; 5];
    as_file.read_exact(&mut five)?;
    println!(
        "{:?} {}",
        String::from_utf8_lossy(&five),
        as_file.metadata()?.file_type().is_socket()
    );
    println!(
        "{} {} {}",
        io::stdin().as_raw_fd(),
        io::stdout().as_raw_fd(),
        io::stderr().as_raw_fd()
    );
    let stdout = io::stdout().as_fd().try_clone_to_owned()?;
    println!("in order");
    File::from(stdout).write_all(b"by a copy of stdout\n")?;
    println!(
        "{:?}",
        File::open("/dev/null")?
            .metadata()?
            .file_type()
            .is_char_device()
    );
    Ok(())
}
