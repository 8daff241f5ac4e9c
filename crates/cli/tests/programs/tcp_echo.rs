// TCP on loopback: several clients at once, an echo server, half-closing, addresses.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

fn serve(listener: TcpListener, clients: usize) -> usize {
    let handlers: Vec<_> = listener
        .incoming()
        .take(clients)
        .map(|stream| {
            let stream = stream.unwrap();
            thread::spawn(move || {
                let mut writer = stream.try_clone().unwrap();
                let mut bytes = 0;
                for line in BufReader::new(stream).lines() {
                    let line = line.unwrap();
                    bytes += line.len();
                    writeln!(writer, "echo {}", line.chars().rev().collect::<String>()).unwrap();
                }
                bytes
            })
        })
        .collect();
    handlers.into_iter().map(|h| h.join().unwrap()).sum()
}

fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    println!("{} {}", address.ip(), address.port() != 0);
    let server = thread::spawn(move || serve(listener, 3));

    let clients: Vec<_> = (0..3)
        .map(|id| {
            thread::spawn(move || {
                let mut stream = TcpStream::connect(address).unwrap();
                stream.set_nodelay(true).unwrap();
                let peer = stream.peer_addr().unwrap();
                for word in ["alpha", "βeta", "γ"] {
                    writeln!(stream, "{id}{word}").unwrap();
                }
                stream.shutdown(Shutdown::Write).unwrap();
                let mut answer = String::new();
                stream.read_to_string(&mut answer).unwrap();
                (peer == address, answer)
            })
        })
        .collect();
    for client in clients {
        let (same, answer) = client.join().unwrap();
        println!("{same} {answer:?}");
    }
    println!("{} bytes", server.join().unwrap());
    Ok(())
}
