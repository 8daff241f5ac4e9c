// UDP on loopback: datagrams keep their bounds, connected sockets, cut ones, timeouts.
use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

fn main() -> std::io::Result<()> {
    let server = UdpSocket::bind("127.0.0.1:0")?;
    let address = server.local_addr()?;
    let summer = thread::spawn(move || {
        let mut buffer = [0; 256];
        let mut sizes = Vec::new();
        loop {
            let (size, from) = server.recv_from(&mut buffer).unwrap();
            sizes.push(size);
            let sum: u32 = buffer[..size].iter().map(|&b| u32::from(b)).sum();
            server.send_to(&sum.to_be_bytes(), from).unwrap();
            if size == 0 {
                return sizes;
            }
        }
    });

    let client = UdpSocket::bind("127.0.0.1:0")?;
    client.connect(address)?;
    println!("{}", client.peer_addr()? == address);
    for message in [&b"abc"[..], &[255; 200], &[1], b""] {
        println!("sent {}", client.send(message)?);
        let mut answer = [0; 4];
        client.recv(&mut answer)?;
        println!("sum {}", u32::from_be_bytes(answer));
    }
    println!("{:?}", summer.join().unwrap());

    let (a, b) = (
        UdpSocket::bind("127.0.0.1:0")?,
        UdpSocket::bind("127.0.0.1:0")?,
    );
    a.send_to(b"a long datagram", b.local_addr()?)?;
    a.send_to(b"short", b.local_addr()?)?;
    let mut small = [b'.'; 6];
    println!(
        "{} {:?}",
        b.recv_from(&mut small)?.0,
        std::str::from_utf8(&small).unwrap()
    );
    println!(
        "{} {:?}",
        b.peek_from(&mut small)?.0,
        std::str::from_utf8(&small).unwrap()
    );
    println!("{}", b.recv_from(&mut small)?.0);
    b.set_read_timeout(Some(Duration::from_millis(2)))?;
    println!("{:?}", b.recv_from(&mut small).unwrap_err().kind());
    b.set_nonblocking(true)?;
    println!("{:?}", b.recv(&mut small).unwrap_err().kind());
    println!(
        "{:?}",
        a.send_to(&[0; 70_000], b.local_addr()?)
            .unwrap_err()
            .raw_os_error()
    );
    Ok(())
}
