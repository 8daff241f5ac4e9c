//@ stdin: x = 3\ny = x^2 + 2*x\ny / (x - 3)\n-2^2\n2^3^2\nsqrt(y + 1) * max(1, x)\n1 +\nz * 2\n(1\nf(1)\n0.1 + 0.2\n1 $ 2\nx = x + 1\n7 % 4 % 2 - -x\nmax(1)\n
// An evaluator of expressions by precedence climbing, with variables, functions and faults that say where.
use std::collections::HashMap;
use std::fmt;
use std::io::BufRead;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64),
    Name(String),
    Sign(char),
}

#[derive(Debug)]
enum Expr {
    Number(f64),
    Variable(String),
    Negate(Box<Expr>),
    Binary(char, Box<Expr>, Box<Expr>),
    Call(String, Vec<Expr>),
}

#[derive(Debug)]
enum Fault {
    Character(usize, char),
    Expected(&'static str, Option<Token>),
    Unknown(String),
    Arguments {
        function: String,
        wanted: usize,
        given: usize,
    },
}
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Character(at, c) => write!(f, "column {}: {c:?} means nothing", at + 1),
            Fault::Expected(what, Some(token)) => write!(f, "{what} expected, not {token:?}"),
            Fault::Expected(what, None) => write!(f, "{what} expected at the end"),
            Fault::Unknown(name) => write!(f, "{name} is not known"),
            Fault::Arguments {
                function,
                wanted,
                given,
            } => write!(f, "{function} wants {wanted} arguments, not {given}"),
        }
    }
}

fn tokens(line: &str) -> Result<Vec<Token>, Fault> {
    let mut out = Vec::new();
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let mut word = String::from(c);
        match c {
            ' ' => {}
            '0'..='9' | '.' => {
                while let Some((_, c)) = chars.next_if(|(_, c)| c.is_ascii_digit() || *c == '.') {
                    word.push(c)
                }
                out.push(Token::Number(
                    word.parse().map_err(|_| Fault::Character(at, c))?,
                ));
            }
            c if c.is_alphabetic() => {
                while let Some((_, c)) = chars.next_if(|(_, c)| c.is_alphanumeric()) {
                    word.push(c)
                }
                out.push(Token::Name(word));
            }
            '+' | '-' | '*' | '/' | '%' | '^' | '(' | ')' | ',' | '=' => out.push(Token::Sign(c)),
            other => return Err(Fault::Character(at, other)),
        }
    }
    Ok(out)
}

struct Parser<I: Iterator<Item = Token>>(std::iter::Peekable<I>);
impl<I: Iterator<Item = Token>> Parser<I> {
    fn expression(&mut self, least: u8) -> Result<Expr, Fault> {
        let mut left = self.primary()?;
        while let Some(Token::Sign(op)) = self.0.peek() {
            let op = *op;
            let (power, right_power) = match op {
                '+' | '-' => (1, 2),
                '*' | '/' | '%' => (3, 4),
                '^' => (8, 7),
                _ => break,
            };
            if power < least {
                break;
            }
            self.0.next();
            left = Expr::Binary(op, Box::new(left), Box::new(self.expression(right_power)?));
        }
        Ok(left)
    }
    fn close(&mut self) -> Result<(), Fault> {
        match self.0.next() {
            Some(Token::Sign(')')) => Ok(()),
            other => Err(Fault::Expected("`)`", other)),
        }
    }
    fn primary(&mut self) -> Result<Expr, Fault> {
        match self.0.next() {
            Some(Token::Number(n)) => Ok(Expr::Number(n)),
            Some(Token::Sign('-')) => Ok(Expr::Negate(Box::new(self.expression(5)?))),
            Some(Token::Sign('(')) => {
                let inner = self.expression(0)?;
                self.close()?;
                Ok(inner)
            }
            Some(Token::Name(name)) => {
                if self.0.next_if_eq(&Token::Sign('(')).is_none() {
                    return Ok(Expr::Variable(name));
                }
                let mut arguments = vec![self.expression(0)?];
                while self.0.next_if_eq(&Token::Sign(',')).is_some() {
                    arguments.push(self.expression(0)?);
                }
                self.close()?;
                Ok(Expr::Call(name, arguments))
            }
            other => Err(Fault::Expected("a value", other)),
        }
    }
}

type Variables = HashMap<String, f64>;

fn evaluate(e: &Expr, variables: &Variables) -> Result<f64, Fault> {
    Ok(match e {
        Expr::Number(n) => *n,
        Expr::Variable(name) => *variables
            .get(name)
            .ok_or_else(|| Fault::Unknown(name.clone()))?,
        Expr::Negate(inner) => -evaluate(inner, variables)?,
        Expr::Binary(op, a, b) => {
            let (a, b) = (evaluate(a, variables)?, evaluate(b, variables)?);
            match op {
                '+' => a + b,
                '-' => a - b,
                '*' => a * b,
                '/' => a / b,
                '%' => a % b,
                _ => a.powf(b),
            }
        }
        Expr::Call(name, arguments) => {
            let values = arguments
                .iter()
                .map(|a| evaluate(a, variables))
                .collect::<Result<Vec<_>, _>>()?;
            match (name.as_str(), values.as_slice()) {
                ("sqrt", [x]) => x.sqrt(),
                ("max", [a, b]) => a.max(*b),
                ("sqrt" | "max", _) => {
                    return Err(Fault::Arguments {
                        function: name.clone(),
                        wanted: if name == "max" { 2 } else { 1 },
                        given: values.len(),
                    });
                }
                _ => return Err(Fault::Unknown(name.clone())),
            }
        }
    })
}

fn line(text: &str, variables: &mut Variables) -> Result<f64, Fault> {
    let mut tokens = tokens(text)?;
    let target = match tokens.as_slice() {
        [Token::Name(name), Token::Sign('='), ..] => Some(name.clone()),
        _ => None,
    };
    if target.is_some() {
        tokens.drain(..2);
    }
    let mut parser = Parser(tokens.into_iter().peekable());
    let e = parser.expression(0)?;
    if let Some(extra) = parser.0.next() {
        return Err(Fault::Expected("the end", Some(extra)));
    }
    let value = evaluate(&e, variables)?;
    variables.extend(target.map(|name| (name, value)));
    Ok(value)
}

fn main() {
    let mut variables = Variables::new();
    for text in std::io::stdin().lock().lines() {
        let text = text.unwrap();
        match line(&text, &mut variables) {
            Ok(value) => println!("{text} → {value}"),
            Err(fault) => println!("{text} ✗ {fault}"),
        }
    }
}
