// A matcher of regular expressions: parsed to a tree, run by backtracking closures and by a set of states, which agree.
use std::collections::BTreeSet;

#[derive(Debug, Clone)]
enum Re {
    Empty,
    Any,
    Class(bool, Vec<(char, char)>),
    Seq(Box<Re>, Box<Re>),
    Either(Box<Re>, Box<Re>),
    Repeat(Box<Re>, u32, Option<u32>),
    Start,
    End,
}

struct Parser<'a>(std::iter::Peekable<std::str::Chars<'a>>);
impl Parser<'_> {
    fn either(&mut self) -> Result<Re, String> {
        let mut left = self.sequence()?;
        while self.0.next_if_eq(&'|').is_some() {
            left = Re::Either(Box::new(left), Box::new(self.sequence()?));
        }
        Ok(left)
    }
    fn sequence(&mut self) -> Result<Re, String> {
        let mut all = Re::Empty;
        while self.0.peek().is_some_and(|c| !"|)".contains(*c)) {
            all = Re::Seq(Box::new(all), Box::new(self.repeat()?));
        }
        Ok(all)
    }
    fn repeat(&mut self) -> Result<Re, String> {
        let mut atom = self.atom()?;
        while let Some(c) = self.0.next_if(|c| "*+?".contains(*c)) {
            let (least, most) = match c {
                '*' => (0, None),
                '+' => (1, None),
                _ => (0, Some(1)),
            };
            atom = Re::Repeat(Box::new(atom), least, most);
        }
        Ok(atom)
    }
    fn atom(&mut self) -> Result<Re, String> {
        match self.0.next().ok_or("an end too early")? {
            '(' => {
                let inner = self.either()?;
                self.0
                    .next_if_eq(&')')
                    .map(|_| inner)
                    .ok_or_else(|| "`)` is missing".into())
            }
            '[' => {
                let negated = self.0.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                while let Some(low) = self.0.next_if(|c| *c != ']') {
                    let high = if self.0.next_if_eq(&'-').is_some() {
                        self.0.next().ok_or("an open range")?
                    } else {
                        low
                    };
                    ranges.push((low, high));
                }
                self.0
                    .next()
                    .map(|_| Re::Class(negated, ranges))
                    .ok_or_else(|| "`]` is missing".into())
            }
            '.' => Ok(Re::Any),
            '^' => Ok(Re::Start),
            '$' => Ok(Re::End),
            '\\' => match self.0.next() {
                Some('d') => Ok(Re::Class(false, vec![('0', '9')])),
                Some('w') => Ok(Re::Class(
                    false,
                    vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
                )),
                Some(c) => Ok(Re::Class(false, vec![(c, c)])),
                None => Err("nothing after a backslash".into()),
            },
            c @ ('*' | '+' | '?') => Err(format!("`{c}` repeats nothing")),
            c => Ok(Re::Class(false, vec![(c, c)])),
        }
    }
}

fn parse(pattern: &str) -> Result<Re, String> {
    let mut parser = Parser(pattern.chars().peekable());
    let re = parser.either()?;
    parser
        .0
        .next()
        .map_or(Ok(re), |c| Err(format!("unexpected `{c}`")))
}

fn one(re: &Re, c: char) -> bool {
    match re {
        Re::Any => c != '\n',
        Re::Class(negated, ranges) => {
            ranges.iter().any(|(a, b)| (*a..=*b).contains(&c)) != *negated
        }
        _ => false,
    }
}

fn backtrack(re: &Re, text: &[char], at: usize, then: &mut dyn FnMut(usize) -> bool) -> bool {
    match re {
        Re::Empty => then(at),
        Re::Start => at == 0 && then(at),
        Re::End => at == text.len() && then(at),
        Re::Seq(a, b) => backtrack(a, text, at, &mut |mid| backtrack(b, text, mid, then)),
        Re::Either(a, b) => backtrack(a, text, at, then) || backtrack(b, text, at, then),
        Re::Repeat(inner, least, most) => {
            let more = *most != Some(0)
                && backtrack(inner, text, at, &mut |mid| {
                    mid > at
                        && backtrack(
                            &Re::Repeat(
                                inner.clone(),
                                least.saturating_sub(1),
                                most.map(|m| m - 1),
                            ),
                            text,
                            mid,
                            then,
                        )
                });
            more || (*least == 0 && then(at))
        }
        single => text.get(at).is_some_and(|c| one(single, *c)) && then(at + 1),
    }
}

/// All the places where a match that begins at one of `from` may end.
fn ends(re: &Re, text: &[char], from: &BTreeSet<usize>) -> BTreeSet<usize> {
    match re {
        Re::Empty => from.clone(),
        Re::Start => from.iter().copied().filter(|at| *at == 0).collect(),
        Re::End => from
            .iter()
            .copied()
            .filter(|at| *at == text.len())
            .collect(),
        Re::Seq(a, b) => ends(b, text, &ends(a, text, from)),
        Re::Either(a, b) => &ends(a, text, from) | &ends(b, text, from),
        Re::Repeat(inner, least, most) => {
            let (mut reached, mut all, mut n) = (from.clone(), BTreeSet::new(), 0);
            loop {
                if n >= *least {
                    let before = all.len();
                    all.extend(&reached);
                    if all.len() == before {
                        return all;
                    }
                }
                if *most == Some(n) {
                    return all;
                }
                reached = ends(inner, text, &reached);
                n += 1;
            }
        }
        single => from
            .iter()
            .filter(|at| text.get(**at).is_some_and(|c| one(single, *c)))
            .map(|at| at + 1)
            .collect(),
    }
}

fn main() {
    let texts = [
        "",
        "abc",
        "aaa",
        "2024-11-21",
        "x_1@mail.org",
        "ünïcode",
        "abab",
        "a]b",
    ];
    for pattern in [
        "a*",
        "^abc$",
        "(ab)+$",
        r"^\d+-\d\d-\d+$",
        r"^[a-z_0-9.]+@\w+\.(com|org)$",
        "^[^a-z]",
        "b|c|ï.o",
        "(a|aa)+$",
        "^(a?)+b",
        "a\\]?b",
    ] {
        let re = parse(pattern).unwrap();
        let found: Vec<String> = texts
            .iter()
            .map(|text| {
                let chars: Vec<char> = text.chars().collect();
                let first = (0..=chars.len()).find_map(|start| {
                    let mut end = None;
                    backtrack(&re, &chars, start, &mut |at| {
                        end = Some(at);
                        true
                    })
                    .then(|| start..end.unwrap())
                });
                let agrees = first.is_some()
                    == (0..=chars.len())
                        .any(|start| !ends(&re, &chars, &[start].into()).is_empty());
                first.map_or("-".into(), |r| format!("{r:?}")) + if agrees { "" } else { "!" }
            })
            .collect();
        println!("{pattern:24} {}", found.join(" "));
    }
    for bad in ["(a", "a)", "[a", "*a", "a\\", "[a-"] {
        println!("{bad}: {}", parse(bad).unwrap_err());
    }
}
