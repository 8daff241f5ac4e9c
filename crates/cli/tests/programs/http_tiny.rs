// A small HTTP server and a client on loopback: routes, headers, a body, keep-alive, errors.
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

type Store = Arc<Mutex<BTreeMap<String, String>>>;

struct Request {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: String,
}

fn read_request(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|&n| n > 0)?;
    let mut parts = line.split_whitespace().map(str::to_owned);
    let (method, path) = (parts.next()?, parts.next()?);
    let mut headers = BTreeMap::new();
    for line in reader.by_ref().lines() {
        let line = line.ok()?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers
        .get("content-length")
        .and_then(|l| l.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        method,
        path,
        headers,
        body: String::from_utf8(body).ok()?,
    })
}

fn respond(request: &Request, store: &Store) -> (u16, String) {
    let mut store = store.lock().unwrap();
    match (
        request.method.as_str(),
        request
            .path
            .split('/')
            .skip(1)
            .collect::<Vec<_>>()
            .as_slice(),
    ) {
        ("GET", [""]) => (
            200,
            format!(
                "hello {}",
                request
                    .headers
                    .get("user-agent")
                    .map_or("?", String::as_str)
            ),
        ),
        ("GET", ["items"]) => (200, format!("{:?}", store.keys().collect::<Vec<_>>())),
        ("GET", ["items", key]) => store
            .get(*key)
            .map_or((404, format!("no {key}")), |v| (200, v.clone())),
        ("PUT", ["items", key]) => match store.insert((*key).to_owned(), request.body.clone()) {
            None => (201, "made".into()),
            Some(old) => (200, old),
        },
        ("DELETE", ["items", key]) => (
            if store.remove(*key).is_some() {
                204
            } else {
                404
            },
            String::new(),
        ),
        _ => (405, "not so".into()),
    }
}

fn serve(listener: TcpListener, connections: usize) {
    let store = Store::default();
    for stream in listener.incoming().take(connections) {
        let mut reader = BufReader::new(stream.unwrap());
        while let Some(request) = read_request(&mut reader) {
            let (status, body) = respond(&request, &store);
            let answer = format!(
                "HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            reader.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    }
}

fn ask(stream: &mut BufReader<TcpStream>, method: &str, path: &str, body: &str) {
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nUser-Agent: tiny/1\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.get_mut().write_all(request.as_bytes()).unwrap();
    let answer = read_request(stream).unwrap();
    println!("{method:6} {path:14} -> {} {:?}", answer.path, answer.body);
}

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let server = thread::spawn(move || serve(listener, 2));
    for round in 0..2 {
        let mut stream = BufReader::new(TcpStream::connect(address).unwrap());
        ask(&mut stream, "GET", "/", "");
        ask(&mut stream, "PUT", "/items/a", &format!("value {round}"));
        ask(&mut stream, "PUT", "/items/b", "größe");
        ask(&mut stream, "GET", "/items", "");
        ask(&mut stream, "GET", "/items/a", "");
        ask(&mut stream, "DELETE", "/items/b", "");
        ask(&mut stream, "GET", "/items/b", "");
        ask(&mut stream, "POST", "/items/b", "x");
    }
    server.join().unwrap();
}
