//@ args: 3 4 + 10 x 2 / 7 - dup x
// A reverse Polish calculator over its arguments.
use std::fmt;

#[derive(Debug)]
enum Fault {
    Underflow(String),
    Unknown(String),
    Leftover(usize),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Underflow(op) => write!(f, "`{op}` wants more operands"),
            Fault::Unknown(word) => write!(f, "`{word}` is neither a number nor an operator"),
            Fault::Leftover(n) => write!(f, "{n} values are left"),
        }
    }
}

fn evaluate<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Result<f64, Fault> {
    let mut stack: Vec<f64> = Vec::new();
    for word in words {
        let word = word.as_ref();
        let mut pop = || stack.pop().ok_or_else(|| Fault::Underflow(word.to_owned()));
        let value = match word {
            "+" => pop()? + pop()?,
            "x" | "*" => pop()? * pop()?,
            "-" | "/" => {
                let (b, a) = (pop()?, pop()?);
                if word == "-" { a - b } else { a / b }
            }
            "dup" => {
                let top = pop()?;
                stack.push(top);
                top
            }
            number => number
                .parse()
                .map_err(|_| Fault::Unknown(number.to_owned()))?,
        };
        stack.push(value);
    }
    match stack.as_slice() {
        [one] => Ok(*one),
        other => Err(Fault::Leftover(other.len())),
    }
}

fn main() {
    println!("{:?}", evaluate(std::env::args().skip(1)));
    for text in ["1 2", "", "+", "2 three +", "1e3 4 /", "1 0 /", "0 0 /"] {
        match evaluate(text.split_whitespace()) {
            Ok(value) => println!("{text} = {value}"),
            Err(fault) => println!("{text}: {fault} ({fault:?})"),
        }
    }
}
