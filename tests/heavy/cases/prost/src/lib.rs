//! Protocol buffers by derived code: the documentation's own bytes, nested messages, maps, a oneof, damaged input.

use std::collections::HashMap;
use std::fmt::Write;

use prost::Message;

#[derive(Clone, PartialEq, Message)]
struct Test1 {
    #[prost(int32, tag = "1")]
    a: i32,
}

#[derive(Clone, PartialEq, Message)]
struct Order {
    #[prost(string, tag = "1")]
    customer: String,
    #[prost(message, repeated, tag = "2")]
    lines: Vec<Line>,
    #[prost(map = "string, sint64", tag = "3")]
    balances: HashMap<String, i64>,
    #[prost(oneof = "Payment", tags = "4, 5")]
    payment: Option<Payment>,
    #[prost(enumeration = "State", tag = "6")]
    state: i32,
}

#[derive(Clone, PartialEq, Message)]
struct Line {
    #[prost(uint64, optional, tag = "1")]
    article: Option<u64>,
    #[prost(fixed32, repeated, packed = "true", tag = "2")]
    counts: Vec<u32>,
    #[prost(double, tag = "3")]
    price: f64,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum Payment {
    #[prost(bytes, tag = "4")]
    Token(Vec<u8>),
    #[prost(bool, tag = "5")]
    Cash(bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
enum State {
    Open = 0,
    Closed = 1,
}

/// What the messages are as bytes, and what is made of bytes.
pub fn report() -> String {
    let mut report = String::new();
    // The first example of the format's documentation.
    assert_eq!(Test1 { a: 150 }.encode_to_vec(), [0x08, 0x96, 0x01]);
    assert_eq!(Test1::decode(&[0x08, 0x96, 0x01][..]).unwrap().a, 150);

    let line = |article: u64| Line {
        article: Some(article),
        counts: vec![1, 2, u32::MAX],
        price: article as f64 / 7.0,
    };
    let order = Order {
        customer: "Ada Lovelace".repeat(20),
        lines: (0..5).map(line).chain([Line::default()]).collect(),
        balances: HashMap::from([("EUR".to_owned(), -12_345_678_901)]),
        payment: Some(Payment::Token(vec![0xff; 9])),
        state: State::Closed.into(),
    };
    let bytes = order.encode_length_delimited_to_vec();
    let back = Order::decode_length_delimited(&bytes[..]).unwrap();
    assert_eq!(back, order);
    writeln!(
        report,
        "{} {bytes:02x?}\n{back:?} {:?}",
        order.encoded_len(),
        back.state()
    )
    .unwrap();
    for bad in [
        &bytes[1..100],
        &[0x0a, 0x02, 0xff, 0xfe],
        &[0x08, 0x01],
        &[0xff; 12],
        &[0x12, 0x01, 0x0f],
    ] {
        writeln!(report, "{}", Order::decode(bad).unwrap_err()).unwrap();
    }
    writeln!(report, "{:?} {:?}", State::try_from(1), State::try_from(9)).unwrap();
    report
}
