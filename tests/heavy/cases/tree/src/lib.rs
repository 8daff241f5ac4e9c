//! A tree of more than two hundred crates in one source, a little of each: what is in it several times over (two majors
//! of one crate, C libraries, assembly, procedural macros) has to come together.

use std::fmt::{Debug, Write};

use base64::Engine;
use clap::Parser;
use futures::StreamExt;
use itertools::Itertools;
use petgraph::graph::UnGraph;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_segmentation::UnicodeSegmentation;

/// A line for each crate.
pub fn report() -> String {
    let mut report = String::new();
    for (name, answer) in [texts(), data(), numbers(), threads(), files(), systems()].concat() {
        writeln!(report, "{name}: {answer}").unwrap();
    }
    report
}

type Answers = Vec<(&'static str, String)>;

fn shown(value: impl Debug) -> String {
    format!("{value:?}")
}

fn texts() -> Answers {
    let text = "Der Vogel 🐦‍⬛ flog übers naïve Café — «bonjour», sagte er, и улетел.";
    let changes = similar::TextDiff::from_lines("a\nb\nc\n", "a\nB\nc\nd\n");
    let mut templates = handlebars::Handlebars::new();
    templates
        .register_template_string("list", "{{#each names}}<{{this}}>{{/each}}")
        .unwrap();
    let names = serde_json::json!({"names": ["x", "a & b"]});
    let mut picture = Vec::new();
    ariadne::Report::build(ariadne::ReportKind::Error, 4..9)
        .with_config(ariadne::Config::default().with_color(false))
        .with_label(ariadne::Label::new(4..9).with_message("here"))
        .finish()
        .write(ariadne::Source::from("let wrong = 1;"), &mut picture)
        .unwrap();
    vec![
        ("unicode-segmentation", shown(text.graphemes(true).count())),
        ("textwrap", shown(textwrap::wrap(text, 24))),
        ("similar", changes.unified_diff().to_string()),
        ("handlebars", templates.render("list", &names).unwrap()),
        ("ariadne", String::from_utf8(picture).unwrap()),
        (
            "regex",
            shown(
                regex::Regex::new(r"\p{Cyrillic}+")
                    .unwrap()
                    .find(text)
                    .map(|found| found.range()),
            ),
        ),
        (
            "url",
            url::Url::parse("https://bücher.example/a/../ü?q=1#z")
                .unwrap()
                .to_string(),
        ),
        (
            "base64",
            base64::engine::general_purpose::STANDARD.encode(text),
        ),
    ]
}

#[derive(Debug, Deserialize, Serialize)]
struct Entry {
    name: String,
    size: u32,
    tags: Option<Vec<String>>,
}

#[derive(Debug, Parser)]
#[command(name = "tree", version = "1.0")]
struct Arguments {
    /// How often.
    #[arg(long, default_value_t = 3)]
    count: u8,
    files: Vec<String>,
}

#[derive(Debug, strum::EnumString, strum::Display)]
#[strum(serialize_all = "kebab-case")]
enum Colour {
    DarkRed,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Point {
    #[prost(sint32, repeated, tag = "3")]
    at: Vec<i32>,
}

fn data() -> Answers {
    let entry: Entry = toml::from_str("name = 'n'\nsize = 0x1f\ntags = ['a']").unwrap();
    let rows = csv::Reader::from_reader(&b"name,size,tags\n\"a,b\",7,\nc,x,\n"[..])
        .into_deserialize::<Entry>()
        .map(|row| row.map_err(|error| error.to_string()))
        .collect::<Vec<_>>();
    let mut reader = quick_xml::Reader::from_str("<a x='1'>t<b/></a>");
    let mut events = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            event => events.push(shown(event)),
        }
    }
    let usage = Arguments::try_parse_from(["tree", "--count", "300"]).unwrap_err();
    vec![
        ("toml", shown(&entry)),
        ("serde_json", serde_json::to_string(&entry).unwrap()),
        ("csv", shown(rows)),
        ("quick-xml", events.join(" ")),
        (
            "prost",
            shown(prost::Message::encode_to_vec(&Point { at: vec![-1, 300] })),
        ),
        ("clap", usage.to_string()),
        (
            "clap again",
            shown(Arguments::try_parse_from(["tree", "a", "b"]).unwrap()),
        ),
        (
            "strum",
            shown((
                "dark-red".parse::<Colour>(),
                Colour::DarkRed.to_string(),
                "x".parse::<Colour>(),
            )),
        ),
    ]
}

fn numbers() -> Answers {
    let random = rand::rngs::StdRng::seed_from_u64(7);
    let mut graph = UnGraph::<(), u32>::new_undirected();
    let nodes: Vec<_> = (0..20).map(|_| graph.add_node(())).collect();
    for (from, to) in (0..20).tuple_combinations() {
        graph.add_edge(
            nodes[from],
            nodes[to],
            (from * 31 + to * 17) as u32 % 29 + 1,
        );
    }
    let lengths = petgraph::algo::dijkstra(&graph, nodes[0], None, |edge| *edge.weight());
    let power = num_bigint::BigUint::from(7_u8).pow(120);
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 29).unwrap();
    let ordered: indexmap::IndexMap<_, _> = [("z", 1), ("a", 2), ("z", 3)].into_iter().collect();
    vec![
        (
            "rand",
            shown(random.random_iter::<u16>().take(5).collect::<Vec<_>>()),
        ),
        ("petgraph", shown(lengths.values().sum::<u32>())),
        ("num-bigint", power.to_string()),
        (
            "chrono",
            (day + chrono::Days::new(100))
                .format("%A %-d %B %Y")
                .to_string(),
        ),
        (
            "humantime",
            humantime::parse_duration("1h 3m 7s")
                .map(|time| humantime::format_duration(time * 9).to_string())
                .unwrap(),
        ),
        ("indexmap", shown(ordered)),
        (
            "uuid",
            uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_DNS, b"example.org").to_string(),
        ),
        ("sha2", shown(Sha256::digest(b"abc"))),
        (
            "ring",
            shown(ring::digest::digest(&ring::digest::SHA256, b"abc")),
        ),
    ]
}

fn threads() -> Answers {
    let counts = dashmap::DashMap::new();
    (0..10_000_u32)
        .into_par_iter()
        .for_each(|n| *counts.entry(n % 7).or_insert(0) += 1);
    let mut counts: Vec<(u32, i32)> = counts.into_iter().collect();
    counts.sort();
    let (sender, receiver) = crossbeam::channel::bounded(4);
    let total = parking_lot::Mutex::new(0_u64);
    crossbeam::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|_| receiver.iter().for_each(|n: u64| *total.lock() += n));
        }
        (1..=1000).for_each(|n| sender.send(n).unwrap());
        drop(sender);
    })
    .unwrap();
    let squares = futures::stream::iter(1..6)
        .then(async |n| n * n)
        .collect::<Vec<_>>();
    vec![
        ("dashmap and rayon", shown(counts)),
        ("crossbeam and parking_lot", total.into_inner().to_string()),
        ("futures", shown(futures::executor::block_on(squares))),
        ("axum", served()),
    ]
}

/// What a router on the loopback interface answers to a client of ureq's.
fn served() -> String {
    use axum::{Json, Router, extract::Path, extract::Query, routing};
    let router = Router::new()
        .route(
            "/double/{n}",
            routing::get(async |Path(n): Path<u64>| (n * 2).to_string()),
        )
        .route(
            "/entry",
            routing::post(
                async |Query(more): Query<Vec<(String, u32)>>, Json(entry): Json<Entry>| {
                    format!("{} {more:?}", entry.size)
                },
            ),
        );
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(async { axum::serve(listener, router).await });
    let client: ureq::Agent = ureq::Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .build()
        .into();
    let mut double = client.get(format!("{base}/double/21")).call().unwrap();
    let mut entry = client
        .post(format!("{base}/entry?a=1&b=2"))
        .content_type("application/json")
        .send(r#"{"name": "n", "size": 5}"#)
        .unwrap();
    let lost = client.get(format!("{base}/double/x")).call().unwrap();
    let texts = [&mut double, &mut entry].map(|answer| answer.body_mut().read_to_string().unwrap());
    runtime.shutdown_background();
    shown((texts, lost.status()))
}

fn files() -> Answers {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("database");
    let database = rusqlite::Connection::open(&path).unwrap();
    database
        .execute_batch("CREATE TABLE t (n); INSERT INTO t VALUES (1), (2), (3.5)")
        .unwrap();
    let sum: f64 = database
        .query_one("SELECT sum(n) FROM t", [], |row| row.get(0))
        .unwrap();
    drop(database);
    let names = walkdir::WalkDir::new(folder.path())
        .min_depth(1)
        .into_iter()
        .map(|entry| entry.unwrap().file_name().to_owned());
    let names: Vec<_> = names.collect();
    let bytes = std::fs::read(&path).unwrap();
    let small = zstd::encode_all(&bytes[..], 3).unwrap();
    let whole = zstd::decode_all(&small[..]).unwrap();
    let mut picture = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_fn(9, 9, |x, y| image::Luma([(x * y) as u8]))
        .write_to(&mut picture, image::ImageFormat::Png)
        .unwrap();
    vec![
        ("rusqlite", sum.to_string()),
        ("walkdir and tempfile", shown(names)),
        ("zstd", shown((whole == bytes, small.len()))),
        ("image", shown(picture.into_inner().len())),
    ]
}

fn systems() -> Answers {
    let written = std::sync::Arc::new(parking_lot::Mutex::new(Vec::new()));
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .without_time()
        .with_ansi(false)
        .with_writer(move || Shared(writer.clone()))
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!("outer", n = 3);
        span.in_scope(|| tracing::warn!(answer = 42, "inside"));
    });
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let chain = rustls::RootCertStore::empty().add(certified.cert.der().clone());
    let said = String::from_utf8(written.lock().clone()).unwrap();
    vec![("tracing", said), ("rustls and rcgen", shown(chain))]
}

/// Writes to what is shared.
struct Shared(std::sync::Arc<parking_lot::Mutex<Vec<u8>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
