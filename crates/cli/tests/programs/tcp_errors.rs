// TCP when it goes wrong: refused, timed out, would block, reset by the other side, a bad address.
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;

fn main() -> std::io::Result<()> {
    // Port 1 is no ephemeral one, so nobody listens there by chance.
    let free = SocketAddr::from(([127, 0, 0, 1], 1));
    println!(
        "{:?}",
        TcpStream::connect(free).map_err(|e| e.kind()).unwrap_err()
    );

    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    println!("{:?}", listener.accept().map_err(|e| e.kind()).unwrap_err());
    println!(
        "{:?}",
        TcpListener::bind(listener.local_addr()?)
            .map_err(|e| e.kind())
            .unwrap_err()
    );
    listener.set_nonblocking(false)?;

    let mut client = TcpStream::connect_timeout(&listener.local_addr()?, Duration::from_secs(5))?;
    let (mut server, from) = listener.accept()?;
    println!("{}", from == client.local_addr()?);
    client.set_read_timeout(Some(Duration::from_millis(5)))?;
    println!(
        "{:?} {:?}",
        client.read_timeout()?.is_some(),
        client.read(&mut [0; 4]).map_err(|e| e.kind()).unwrap_err()
    );
    println!(
        "{}",
        client.set_read_timeout(Some(Duration::ZERO)).unwrap_err()
    );

    server.write_all(b"abcdef")?;
    let mut two = [0; 2];
    client.set_read_timeout(None)?;
    println!("{} {:?}", client.peek(&mut two)?, two);
    client.read_exact(&mut two)?;
    drop(server);
    let mut rest = Vec::new();
    println!("{} {rest:?}", client.read_to_end(&mut rest)?);
    println!("{}", client.read_exact(&mut two).unwrap_err());
    let broken = (0..100)
        .find_map(|_| client.write_all(&[0; 4096]).err())
        .map(|e| e.kind());
    println!(
        "{}",
        matches!(
            broken,
            Some(ErrorKind::BrokenPipe | ErrorKind::ConnectionReset)
        )
    );

    println!("{}", "1.2.3.4.5:80".parse::<SocketAddr>().unwrap_err());
    println!(
        "{:?}",
        "127.0.0.1:http"
            .to_socket_addrs()
            .map_err(|e| e.to_string())
            .err()
    );
    println!("{:?}", "[::1]:99999".parse::<SocketAddr>().is_err());
    for ip in [
        "10.1.2.3",
        "::ffff:192.0.2.128",
        "fe80::1",
        "2001:db8:0:0:1:0:0:1",
        "255.255.255.255",
    ] {
        let ip: IpAddr = ip.parse().unwrap();
        println!(
            "{ip} {ip:?} {} {} {}",
            ip.is_loopback(),
            ip.is_multicast(),
            ip.is_ipv4()
        );
    }
    println!(
        "{:?} {}",
        Ipv4Addr::LOCALHOST.to_ipv6_mapped(),
        Ipv6Addr::LOCALHOST
    );
    println!("{}", SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 8080)));
    Ok(())
}
