// Unix sockets: a listener at a path, a connected pair, datagrams, what is left on disk and removed.
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::thread;

fn main() -> std::io::Result<()> {
    // Relative, since a socket's path may have 108 bytes at most.
    let path = "echo.sock";
    let listener = UnixListener::bind(path)?;
    println!("{:?}", listener.local_addr()?.as_pathname());
    println!(
        "{:?}",
        UnixListener::bind(path).map_err(|e| e.kind()).unwrap_err()
    );
    let server = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap() > 0 {
            reader
                .get_mut()
                .write_all(line.to_uppercase().as_bytes())
                .unwrap();
            line.clear();
        }
    });
    let mut client = UnixStream::connect(path)?;
    client.write_all("straße\nçava\n".as_bytes())?;
    client.shutdown(std::net::Shutdown::Write)?;
    let mut answer = String::new();
    client.read_to_string(&mut answer)?;
    println!("{answer:?}");
    server.join().unwrap();
    fs::remove_file(path)?;
    println!(
        "{:?}",
        UnixStream::connect(path).map_err(|e| e.kind()).unwrap_err()
    );

    let (mut left, mut right) = UnixStream::pair()?;
    let ponger = thread::spawn(move || {
        let mut byte = [0];
        while right.read(&mut byte).unwrap() == 1 {
            right.write_all(&[byte[0].wrapping_mul(3)]).unwrap();
        }
    });
    let mut byte = [7];
    for _ in 0..10 {
        left.write_all(&byte)?;
        left.read_exact(&mut byte)?;
    }
    println!("{byte:?} {}", left.peer_addr()?.is_unnamed());
    drop(left);
    ponger.join().unwrap();

    let (a, b) = (UnixDatagram::bind("a.sock")?, UnixDatagram::unbound()?);
    b.send_to(b"one", "a.sock")?;
    b.send_to(b"three", "a.sock")?;
    let mut buffer = [0; 16];
    for _ in 0..2 {
        let (size, from) = a.recv_from(&mut buffer)?;
        println!(
            "{:?} {}",
            String::from_utf8_lossy(&buffer[..size]),
            from.is_unnamed()
        );
    }
    fs::remove_file("a.sock")
}
