//@ stdin: {"name": "J\\u00e4n", "list": [1, -2.5e3, true, null, {"deep": [[]]}], "empty": {}, "esc": "a\\n\\"\\ud83e\\udd80"}\n
// A JSON parser and printer: every kind of value, escapes, numbers, positions of faults, a pretty form, a path query.
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::io::Read;

#[derive(Debug, Clone, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Map(BTreeMap<String, Json>),
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}
type Result<T> = std::result::Result<T, (usize, &'static str)>;

impl Parser<'_> {
    fn fail<T>(&self, why: &'static str) -> Result<T> {
        Err((self.at, why))
    }
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }
    fn eat(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].starts_with(word);
        self.at += if found { word.len() } else { 0 };
        found
    }
    fn value(&mut self) -> Result<Json> {
        self.blank();
        match self.peek() {
            None => self.fail("a value is missing"),
            Some(b'"') => self.text().map(Json::Text),
            Some(b'[' | b'{') if self.depth == 50 => self.fail("too deep"),
            Some(open @ (b'[' | b'{')) => {
                self.at += 1;
                self.depth += 1;
                let value = if open == b'[' {
                    self.list()
                } else {
                    self.map()
                };
                self.depth -= 1;
                value
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) if self.eat("true") => Ok(Json::Bool(true)),
            Some(_) if self.eat("false") => Ok(Json::Bool(false)),
            Some(_) if self.eat("null") => Ok(Json::Null),
            Some(_) => self.fail("no value begins so"),
        }
    }
    fn items<T>(
        &mut self,
        close: &str,
        mut one: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut items = Vec::new();
        self.blank();
        if self.eat(close) {
            return Ok(items);
        }
        loop {
            items.push(one(self)?);
            self.blank();
            if self.eat(close) {
                return Ok(items);
            }
            if !self.eat(",") {
                return self.fail("a comma or the end is missing");
            }
        }
    }
    fn list(&mut self) -> Result<Json> {
        self.items("]", Self::value).map(Json::List)
    }
    fn map(&mut self) -> Result<Json> {
        let pairs = self.items("}", |p| {
            p.blank();
            let key = p.text()?;
            p.blank();
            if p.eat(":") {
                Ok((key, p.value()?))
            } else {
                p.fail("a colon is missing")
            }
        })?;
        Ok(Json::Map(pairs.into_iter().collect()))
    }
    fn number(&mut self) -> Result<Json> {
        let start = self.at;
        while matches!(
            self.peek(),
            Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
        ) {
            self.at += 1;
        }
        self.text[start..self.at]
            .parse()
            .map(Json::Number)
            .or(Err((start, "no number")))
    }
    fn hex(&mut self) -> Result<u32> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .and_then(|d| u32::from_str_radix(d, 16).ok());
        self.at += 4;
        digits.ok_or((self.at - 4, "four digits are missing"))
    }
    fn text(&mut self) -> Result<String> {
        if !self.eat("\"") {
            return self.fail("a text is missing");
        }
        let mut out = String::new();
        loop {
            let Some(c) = self.text[self.at..].chars().next() else {
                return self.fail("the text does not end");
            };
            self.at += c.len_utf8();
            match c {
                '"' => return Ok(out),
                '\\' => {
                    let kind = self.peek();
                    self.at += 1;
                    out.push(match kind {
                        Some(b'n') => '\n',
                        Some(b't') => '\t',
                        Some(c @ (b'"' | b'\\' | b'/')) => c.into(),
                        Some(b'u') => {
                            let mut code = self.hex()?;
                            if (0xD800..0xDC00).contains(&code) && self.eat("\\u") {
                                code = 0x10000
                                    + ((code - 0xD800) << 10)
                                    + (self.hex()?.wrapping_sub(0xDC00) & 0x3FF);
                            }
                            char::from_u32(code).ok_or((self.at, "no character"))?
                        }
                        _ => return self.fail("no escape"),
                    });
                }
                c if c < ' ' => return self.fail("a control character"),
                c => out.push(c),
            }
        }
    }
}

fn parse(text: &str) -> Result<Json> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
    };
    let value = parser.value()?;
    parser.blank();
    if parser.at == text.len() {
        Ok(value)
    } else {
        parser.fail("something follows")
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(b) => b.fmt(f),
            Json::Number(n) => n.fmt(f),
            Json::Text(t) => write!(f, "{t:?}"),
            Json::List(items) => {
                f.write_char('[')?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i > 0 { "," } else { "" })?;
                }
                f.write_char(']')
            }
            Json::Map(pairs) => {
                f.write_char('{')?;
                for (i, (key, value)) in pairs.iter().enumerate() {
                    write!(f, "{}{key:?}:{value}", if i > 0 { "," } else { "" })?;
                }
                f.write_char('}')
            }
        }
    }
}

impl Json {
    fn at(&self, path: &str) -> Option<&Json> {
        path.split('.')
            .filter(|p| !p.is_empty())
            .try_fold(self, |value, part| match value {
                Json::List(items) => items.get(part.parse::<usize>().ok()?),
                Json::Map(pairs) => pairs.get(part),
                _ => None,
            })
    }
}

fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let value = parse(&text).unwrap();
    println!("{value}");
    println!("{value:#?}");
    for path in ["name", "list.1", "list.4.deep.0", "list.9", "esc", ""] {
        println!(
            "{path}: {}",
            value.at(path).map_or("nothing".into(), Json::to_string)
        );
    }
    println!("{}", parse(&value.to_string()).as_ref() == Ok(&value));
    let deep = "[".repeat(60);
    for bad in [
        "",
        "{",
        "[1,]",
        "{\"a\" 1}",
        "tru",
        "\"abc",
        "1 2",
        "\"\\x\"",
        "[1 2]",
        "-",
        "\"\\ud800\"",
        "\u{1}",
        &deep,
    ] {
        println!("{:?}", parse(bad).unwrap_err());
    }
}
