// Patterns of all sorts: bindings, guards, ranges, slices, nested enums, references, or-patterns, consts, boxes.
#[derive(Debug, Clone)]
enum Expr {
    Number(i64),
    Neg(Box<Expr>),
    Binary { op: char, args: [Box<Expr>; 2] },
    Call(String, Vec<Expr>),
}
use Expr::*;

const ANSWER: i64 = 42;

fn describe(e: &Expr) -> String {
    match e {
        Number(0) => "zero".into(),
        Number(n @ (1..=9 | -9..=-1)) => format!("digit {n}"),
        Number(ANSWER) => "the answer".into(),
        Number(i64::MIN..0) => "negative".into(),
        &Number(n) if n % 2 == 0 => format!("even {n}"),
        Number(_) => "odd".into(),
        Neg(inner) if let Neg(again) = &**inner => format!("twice negated {}", describe(again)),
        Neg(inner) => format!("minus {}", describe(inner)),
        Binary {
            op: op @ ('+' | '-'),
            args: [a, b],
        } => format!("({} {op} {})", describe(a), describe(b)),
        Binary { op, .. } => format!("operator {op}"),
        Call(name, args) => match (name.as_str(), args.as_slice()) {
            (_, []) => format!("{name}()"),
            ("id", [only]) => describe(only),
            ("max", [Number(a), Number(b)] | [Number(a), .., Number(b)]) => {
                format!("max of {a} to {b}")
            }
            (other, [first, rest @ ..]) => {
                format!("{other}({} and {} more)", describe(first), rest.len())
            }
        },
    }
}

fn slices(s: &[u8]) -> String {
    match s {
        [] => "empty".into(),
        [x] => format!("one {x}"),
        [first, .., last] if first == last => format!("framed by {first}"),
        [b'a'..=b'z', rest @ ..] => format!("letter then {}", rest.len()),
        [0, 0, tail @ ..] | [tail @ .., 0, 0] => format!("zeros and {tail:?}"),
        [_, middle @ .., _] => format!("middle {middle:?}"),
    }
}

struct Deep {
    pair: (Option<u8>, [i32; 3]),
    text: &'static str,
}

fn main() {
    let n = |n| Box::new(Number(n));
    let samples = [
        Number(0),
        Number(-7),
        Number(42),
        Number(-100),
        Number(100),
        Number(101),
        Neg(Box::new(Neg(n(5)))),
        Neg(n(11)),
        Binary {
            op: '+',
            args: [n(1), n(20)],
        },
        Binary {
            op: '*',
            args: [n(1), n(2)],
        },
        Call("f".into(), vec![]),
        Call("id".into(), vec![Number(3)]),
        Call("max".into(), vec![Number(1), Number(2), Number(8)]),
        Call("g".into(), vec![Number(4), Number(5)]),
    ];
    for sample in &samples {
        println!("{}", describe(sample));
    }
    for s in [
        &b""[..],
        b"x",
        b"abca",
        b"hello",
        &[0, 0, 5],
        &[9, 0, 0],
        &[1, 2, 3, 4],
    ] {
        println!("{}", slices(s));
    }
    let deep = Deep {
        pair: (Some(3), [1, -2, 3]),
        text: "key=value",
    };
    if let Deep {
        pair: (Some(k), [.., last]),
        text,
    } = &deep
        && let Some((key, value)) = text.split_once('=')
        && *k > 2
    {
        println!("{k} {last} {key} {value}");
    }
    let (Ok(either) | Err(either)) = "12"
        .parse::<u8>()
        .map(|n| n.to_string())
        .map_err(|e| e.to_string());
    println!("{either}");
    let ((a, ref b), [c, ..]) = ((1, String::from("by reference")), [2.5; 3]);
    println!("{a} {b} {c}");
    let mut pairs = vec![(1, 'a'), (2, 'b'), (3, 'c')];
    for (n, c) in &mut pairs {
        (*n, *c) = (*n * 10, c.to_ascii_uppercase());
    }
    let mut total = 0;
    while let Some((n, 'B'..='Z')) = pairs.pop() {
        total += n;
    }
    println!(
        "{total} {pairs:?} {}",
        matches!(pairs.first(), Some((10, _)))
    );
    let (mut left, mut right) = (1, 2);
    (left, right) = (right, left + right);
    [left, _] = [left * 7, right];
    println!("{left} {right}");
}
