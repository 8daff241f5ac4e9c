//! A TLS server on the loopback interface, its certificate, and clients: one that trusts it, and one that does not.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// What the clients were answered.
pub fn report() -> String {
    let mut report = String::new();
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || serve(&listener, &Arc::new(config), 4));

    let trusted = Certificate::from_der(cert.der()).to_owned();
    let knowing = agent(RootCerts::Specific(Arc::new(vec![trusted])));
    let url = |host: &str, path: &str| format!("https://{host}:{}{path}", address.port());
    let mut hello = knowing.get(url("localhost", "/hello")).call().unwrap();
    writeln!(
        report,
        "{} {:?}",
        hello.status(),
        hello.body_mut().read_to_string()
    )
    .unwrap();
    let body = "0123456789".repeat(5000);
    let mut echoed = knowing.post(url("localhost", "/echo")).send(&body).unwrap();
    writeln!(
        report,
        "{}",
        echoed.body_mut().read_to_string().unwrap() == body
    )
    .unwrap();

    let wrong_name = knowing.get(url("127.0.0.1", "/")).call().unwrap_err();
    writeln!(
        report,
        "{}",
        wrong_name
            .to_string()
            .replace(&address.to_string(), "ADDRESS")
    )
    .unwrap();
    let stranger = agent(RootCerts::Specific(Arc::new(Vec::new())));
    writeln!(
        report,
        "{}",
        stranger.get(url("localhost", "/")).call().unwrap_err()
    )
    .unwrap();
    writeln!(report, "{:?}", server.join().unwrap()).unwrap();
    report
}

fn agent(roots: RootCerts) -> Agent {
    // No proxy, whatever the environment says.
    let config = Agent::config_builder()
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .proxy(None);
    config.build().into()
}

/// Serves so many connections, one request each; whether each came to its end.
fn serve(listener: &TcpListener, config: &Arc<ServerConfig>, connections: usize) -> Vec<bool> {
    let mut good = Vec::new();
    for _ in 0..connections {
        let (stream, _): (_, SocketAddr) = listener.accept().unwrap();
        let connection = ServerConnection::new(config.clone()).unwrap();
        good.push(answer(StreamOwned::new(connection, stream)).is_ok());
    }
    good
}

fn answer(stream: impl Read + Write) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    let length = head.lines().find_map(|line| {
        line.to_lowercase()
            .strip_prefix("content-length: ")?
            .parse()
            .ok()
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body)?;
    if body.is_empty() {
        body = head.lines().next().unwrap_or_default().into();
    }
    let stream = stream.get_mut();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)?;
    stream.flush()
}
