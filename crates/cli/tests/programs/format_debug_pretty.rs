// Debug of nested types, derived and by hand, plain and pretty; the builders of Formatter.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Debug, Display, Formatter, Write};

#[derive(Debug, Clone, Default)]
#[allow(dead_code, reason = "printed by Debug")]
struct Config {
    name: String,
    size: (u32, f32),
    inner: Option<Box<Config>>,
    tags: Vec<&'static str>,
    map: BTreeMap<char, [u8; 2]>,
    unit: (),
    result: Option<Result<u8, String>>,
}

#[derive(Debug)]
#[allow(dead_code, reason = "printed by Debug")]
enum Shape<'a, T> {
    Empty,
    Circle(T),
    Named {
        label: &'a str,
        points: &'a [(T, T)],
    },
}

struct Matrix([[i32; 2]; 2]);
impl Debug for Matrix {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matrix")
            .field("rows", &self.0)
            .field("trace", &(self.0[0][0] + self.0[1][1]))
            .finish_non_exhaustive()
    }
}
impl Display for Matrix {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = self
            .0
            .map(|r| r.map(|n| n.to_string()).join(" "))
            .join("; ");
        f.pad(&text)
    }
}

struct Table;
impl Debug for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entry(&"list", &[1, 2])
            .key(&1)
            .value(&BTreeSet::from([3]))
            .finish()?;
        f.debug_tuple("Tuple").field(&'\'').field(&"\"").finish()?;
        f.debug_list().entries(0..3).finish()?;
        f.debug_set().entry(&None::<()>).finish()
    }
}

fn main() {
    let config = Config {
        name: "outer \"quoted\"\n".into(),
        size: (3, 1.0),
        inner: Some(Box::new(Config {
            result: Some(Err("no".into())),
            ..Config::default()
        })),
        tags: vec!["a", "é"],
        map: BTreeMap::from([('k', [1, 2]), ('\u{0}', [0, 255])]),
        unit: (),
        result: Some(Ok(5)),
    };
    println!("{config:?}\n{config:#?}");
    let shapes = [
        Shape::Empty,
        Shape::Circle(1.5),
        Shape::Named {
            label: "p",
            points: &[(0.0, -1.0)],
        },
    ];
    println!("{shapes:?}\n{shapes:#?}");
    let matrix = Matrix([[1, 2], [3, 4]]);
    println!("{matrix} |{matrix:>12}| |{matrix:.3}|");
    println!("{Table:?}\n{Table:#?}");
    println!("{:5?}|{:<8?}|{:03?}|{:#?}", Some(1), "ab", vec![1, 2], ());
    let mut out = String::new();
    write!(out, "{:?}", std::cell::RefCell::new(3)).unwrap();
    println!(
        "{out} {:?} {:?}",
        std::rc::Rc::new(1),
        std::cell::Cell::new('c')
    );
    println!(
        "{:?} {:?}",
        std::num::NonZero::new(7u8),
        std::cmp::Reverse(2)
    );
}
