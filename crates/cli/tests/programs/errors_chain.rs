//@ exit: 1
// Errors of one's own with sources, `?` through Box<dyn Error>, downcasts, and main that returns the last of them.
use std::error::Error;
use std::fmt;
use std::io;
use std::num::ParseIntError;

#[derive(Debug)]
enum ConfigError {
    Read { path: String, source: io::Error },
    Number { line: usize, source: ParseIntError },
    Empty,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Read { path, .. } => write!(f, "cannot read {path}"),
            ConfigError::Number { line, .. } => write!(f, "bad number in line {line}"),
            ConfigError::Empty => f.write_str("nothing in it"),
        }
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ConfigError::Read { source, .. } => Some(source),
            ConfigError::Number { source, .. } => Some(source),
            ConfigError::Empty => None,
        }
    }
}

#[derive(Debug)]
struct Context(&'static str, Box<dyn Error>);
impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
impl Error for Context {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.1.as_ref())
    }
}

fn numbers(text: &str) -> Result<Vec<u16>, ConfigError> {
    if text.is_empty() {
        return Err(ConfigError::Empty);
    }
    let parse = |(i, line): (usize, &str)| {
        line.parse().map_err(|source| ConfigError::Number {
            line: i + 1,
            source,
        })
    };
    text.lines().enumerate().map(parse).collect()
}

fn load(path: &str) -> Result<Vec<u16>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
        path: path.into(),
        source,
    })?;
    Ok(numbers(&text)?)
}

fn start(text: &str) -> Result<u32, Box<dyn Error>> {
    let all = numbers(text).map_err(|e| Context("start failed", e.into()))?;
    let first = all.first().ok_or("no first number")?;
    if *first > 1000 {
        return Err(format!("{first} is too large").into());
    }
    Ok(u32::from(*first) + u32::from_str_radix("ff", 16)?)
}

fn chain(error: &dyn Error) -> String {
    std::iter::successors(Some(error), |&e| e.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" <- ")
}

fn main() -> Result<(), Box<dyn Error>> {
    for text in ["12\n13", "1\nx", "", "70000", "2000"] {
        match start(text) {
            Ok(n) => println!("{n}"),
            Err(e) => println!(
                "{} | {} | {}",
                chain(&*e),
                e.is::<Context>(),
                e.downcast_ref::<ConfigError>().is_some()
            ),
        }
    }
    let error = load("/no/such/file").unwrap_err();
    println!("{}", chain(error.as_ref()));
    println!(
        "{:?}",
        error
            .downcast::<ConfigError>()
            .map(|e| matches!(*e, ConfigError::Read { .. }))
    );
    let wrapped = io::Error::new(io::ErrorKind::Other, ConfigError::Empty);
    println!(
        "{wrapped} {:?} {:?}",
        wrapped.kind(),
        wrapped
            .get_ref()
            .and_then(|e| e.downcast_ref::<ConfigError>())
    );
    start("1\n2\nthree")?;
    println!("not reached");
    Ok(())
}
