//! A server and its clients on the loopback interface: a thousand requests over eight connections.

use std::convert::Infallible;
use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

const CLIENTS: usize = 8;
const REQUESTS: usize = 125;

/// What the clients were answered.
pub fn report() -> String {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(conversation())
}

/// The server and its clients, on whatever runtime this is awaited.
pub async fn conversation() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answered = Arc::new(AtomicUsize::new(0));
    let server = tokio::spawn(serve(listener, answered.clone()));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| tokio::spawn(ask(address, client)))
        .collect();
    let mut report = String::new();
    for client in clients {
        writeln!(report, "{}", client.await.unwrap()).unwrap();
    }
    server.abort();
    writeln!(report, "answered: {}", answered.load(Ordering::Relaxed)).unwrap();
    report
}

async fn serve(listener: TcpListener, answered: Arc<AtomicUsize>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let answered = answered.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, answered.clone()));
            hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    answered: Arc<AtomicUsize>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let method = request.method().clone();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    answered.fetch_add(1, Ordering::Relaxed);
    let response = match (method, path.as_str()) {
        (Method::POST, "/turn") => {
            Response::new(Full::from(body.iter().rev().copied().collect::<Vec<u8>>()))
        }
        _ => Response::builder()
            .status(StatusCode::NOT_FOUND)
            .header("x-path", path)
            .body(Full::default())
            .unwrap(),
    };
    Ok(response)
}

/// All requests of one client; the sum of what came back.
async fn ask(address: SocketAddr, client: usize) -> String {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let (mut turned, mut lost) = (0, 0);
    for number in 0..REQUESTS {
        let path = if number % 25 == 24 { "/lost" } else { "/turn" };
        let text = format!("{client} asks {number}");
        let request = Request::post(path)
            .header("host", "localhost")
            .body(Full::<Bytes>::from(text.clone()))
            .unwrap();
        let response = sender.send_request(request).await.unwrap();
        match response.status() {
            StatusCode::OK => {
                let body = response.into_body().collect().await.unwrap().to_bytes();
                assert_eq!(
                    body.iter().rev().copied().collect::<Vec<u8>>(),
                    text.into_bytes()
                );
                turned += 1;
            }
            status => {
                assert_eq!(
                    (status, &response.headers()["x-path"]),
                    (StatusCode::NOT_FOUND, &"/lost".parse().unwrap())
                );
                lost += 1;
            }
        }
    }
    format!("client {client}: {turned} turned, {lost} lost")
}
