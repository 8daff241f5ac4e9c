//! A source without the bodies of its functions: what is left is all that exports depend on, and the smaller part.
//!
//! Making tokens of a text costs some 25 ms a megabyte, of which most is spent inside of function bodies. This passes
//! over them at the speed of a byte scan. Every byte that is left keeps its place, so positions are those of the text.

/// `text` with the insides of function bodies replaced by spaces.
///
/// What it does not understand it leaves as it is.
pub(super) fn outline(text: &str) -> String {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
    };
    let mut kept = String::with_capacity(text.len());
    let mut copied = 0;
    let mut item = Item::default();
    // The brackets that are open around each place, with the item that they stand in.
    let mut outer: Vec<Item> = Vec::new();
    while let Some(piece) = scanner.next() {
        match piece {
            Piece::Word(word) => item.word(word),
            Piece::Open(b'{') if item.is_function && item.angles == 0 => {
                let begin = scanner.at;
                let Some(end) = scanner.close() else { break };
                kept.push_str(&text[copied..begin]);
                blank(&text[begin..end], &mut kept);
                copied = end;
                item = Item::default();
            }
            Piece::Open(_) => outer.push(std::mem::take(&mut item)),
            Piece::Close(bracket) => {
                item = outer.pop().unwrap_or_default();
                if bracket == b'}' && item.angles == 0 {
                    item = Item::default();
                }
            }
            Piece::Mark(b';') => item = Item::default(),
            Piece::Mark(b'<') => item.angles += 1,
            Piece::Mark(b'>') => item.angles = item.angles.saturating_sub(1),
            Piece::Mark(_) => {}
        }
    }
    kept.push_str(&text[copied..]);
    kept
}

/// Writes as many bytes of white space as `body` has, on as many lines.
fn blank(body: &str, out: &mut String) {
    for (index, line) in body.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.extend(std::iter::repeat_n(' ', line.len()));
    }
}

/// What is known of the item that is being passed.
#[derive(Default)]
struct Item {
    /// Whether one of the words that tell the kind of an item has been seen.
    decided: bool,
    is_function: bool,
    angles: usize,
}

impl Item {
    fn word(&mut self, word: &[u8]) {
        const KINDS: [&[u8]; 11] = [
            b"fn",
            b"mod",
            b"impl",
            b"struct",
            b"enum",
            b"union",
            b"trait",
            b"type",
            b"use",
            b"static",
            b"macro_rules",
        ];
        if !self.decided && self.angles == 0 && KINDS.contains(&word) {
            self.decided = true;
            self.is_function = word == b"fn";
        }
    }
}

/// One lexical piece; literals, comments and white space are passed over.
enum Piece<'t> {
    Word(&'t [u8]),
    Open(u8),
    Close(u8),
    /// A punctuation character; the `>` of an arrow is none.
    Mark(u8),
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Scanner<'t> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn next(&mut self) -> Option<Piece<'t>> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            match byte {
                b'/' if self.peek(1) == b'/' => self.line_comment(),
                b'/' if self.peek(1) == b'*' => self.block_comment(),
                b'"' => self.string(),
                b'\'' => self.quote(),
                _ if is_word(byte) => match self.word() {
                    Some(word) => return Some(Piece::Word(word)),
                    None => continue,
                },
                b'-' | b'=' if self.peek(1) == b'>' => self.at += 2,
                b'(' | b'[' | b'{' | b')' | b']' | b'}' | b'!'..=b'~' => {
                    self.at += 1;
                    return Some(match byte {
                        b'(' | b'[' | b'{' => Piece::Open(byte),
                        b')' | b']' | b'}' => Piece::Close(byte),
                        _ => Piece::Mark(byte),
                    });
                }
                _ => self.at += 1,
            }
        }
    }

    /// Passes to the `}` that matches the brace just passed, and gives its place; the next piece is what follows it.
    fn close(&mut self) -> Option<usize> {
        let mut open = 1;
        loop {
            match self.next()? {
                Piece::Open(b'{') => open += 1,
                Piece::Close(b'}') => {
                    open -= 1;
                    if open == 0 {
                        return Some(self.at - 1);
                    }
                }
                _ => {}
            }
        }
    }

    fn line_comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or(rest.len());
    }

    fn block_comment(&mut self) {
        let mut open = 0;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => (open, self.at) = (open + 1, self.at + 2),
                (b'*', b'/') => (open, self.at) = (open - 1, self.at + 2),
                _ => self.at += 1,
            }
            if open == 0 {
                return;
            }
        }
    }

    /// A string in which `\` escapes, from its opening quote on.
    fn string(&mut self) {
        self.at += 1;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.at += 2,
                b'"' => return self.at += 1,
                _ => self.at += 1,
            }
        }
    }

    /// A character, or the tick of a lifetime.
    fn quote(&mut self) {
        self.at += 1;
        if self.peek(0) == b'\\' {
            self.at += 2;
            while !matches!(self.peek(0), b'\'' | b'\n' | 0) {
                self.at += 1;
            }
            self.at += 1;
            return;
        }
        // One character, then a quote: `'{'` and also `'a'`, but not `'a`.
        let length = match self.peek(0) {
            0xf0.. => 4,
            0xe0.. => 3,
            0xc0.. => 2,
            _ => 1,
        };
        if self.peek(length) == b'\'' {
            self.at += length + 1;
        }
    }

    /// A word; None if it was the beginning of a raw string, which is passed over. `r#fn` is no `fn`.
    fn word(&mut self) -> Option<&'t [u8]> {
        let begin = self.at;
        while is_word(self.peek(0)) {
            self.at += 1;
        }
        let word = &self.bytes[begin..self.at];
        if matches!(word, b"r" | b"br" | b"cr") && matches!(self.peek(0), b'"' | b'#') {
            let hashes = self.bytes[self.at..]
                .iter()
                .take_while(|&&byte| byte == b'#')
                .count();
            if self.peek(hashes) == b'"' {
                self.raw_string(hashes);
                return None;
            }
            self.at += hashes;
            while is_word(self.peek(0)) {
                self.at += 1;
            }
            return None;
        }
        Some(word)
    }

    /// A raw string, from its hashes on.
    fn raw_string(&mut self, hashes: usize) {
        self.at += hashes + 1;
        while self.at < self.bytes.len() {
            self.at += 1;
            let after = &self.bytes[self.at.min(self.bytes.len())..];
            if self.bytes[self.at - 1] == b'"'
                && after
                    .iter()
                    .take(hashes)
                    .filter(|&&byte| byte == b'#')
                    .count()
                    == hashes
            {
                self.at += hashes;
                return;
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::outline;

    /// The bodies that are expected to go are written with `~` in place of what goes.
    #[test]
    fn bodies_of_functions_go_and_nothing_else() {
        let table = [
            (
                "pub fn f() { x } fn g(a: u8) -> u8 { 'a' }",
                "pub fn f() {~~~} fn g(a: u8) -> u8 {~~~~~}",
            ),
            (
                "impl A { fn f(&self) { {}{} } } mod m { fn g() {\n;\n} }",
                "impl A { fn f(&self) {~~~~~~} } mod m { fn g() {\n~\n} }",
            ),
            (
                "fn f(_: A<{ 1 }>, b: [u8; { 2 }]) -> A<{ 4 }> where A<{ 5 }>: B { 6 }",
                "fn f(_: A<{ 1 }>, b: [u8; { 2 }]) -> A<{ 4 }> where A<{ 5 }>: B {~~~}",
            ),
            (
                "fn f<F: Fn() -> u8>(f: F) -> impl Fn(u8) -> Vec<u8> { x > y }",
                "fn f<F: Fn() -> u8>(f: F) -> impl Fn(u8) -> Vec<u8> {~~~~~~~}",
            ),
            (
                "fn f() { '{' } fn g() { b'}' } fn h<'a>(x: &'a u8) { '\\'' } const C: u8 = { 1 };",
                "fn f() {~~~~~} fn g() {~~~~~~} fn h<'a>(x: &'a u8) {~~~~~~} const C: u8 = { 1 };",
            ),
            (
                "fn f() { \"}\" } fn g() { \"\\\"}\" } fn h() { r#\"}\"# } fn i() { br##\"\"#}\"## } struct S { f: u8 }",
                "fn f() {~~~~~} fn g() {~~~~~~~} fn h() {~~~~~~~~} fn i() {~~~~~~~~~~~~~} struct S { f: u8 }",
            ),
            (
                "fn f() { // }\n } /* fn { */ fn g() { /* } /* } */ } */ } struct S;",
                "fn f() {~~~~~\n~} /* fn { */ fn g() {~~~~~~~~~~~~~~~~~~~} struct S;",
            ),
            (
                "struct S { f: fn() -> u8 } enum E { A { f: fn() }, B(fn()) } trait T { fn f(); fn g() { x } }",
                "struct S { f: fn() -> u8 } enum E { A { f: fn() }, B(fn()) } trait T { fn f(); fn g() {~~~} }",
            ),
            (
                "impl T<fn()> { fn f() { x } } mod r#fn { pub struct S { } }",
                "impl T<fn()> { fn f() {~~~} } mod r#fn { pub struct S { } }",
            ),
            (
                "fn f() { 'ä' + '\\u{7d}' + 'x: loop {} } struct É { }",
                "fn f() {~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~} struct É { }",
            ),
            (
                "#[doc = \"fn {\"] mod m { #[a(fn)] mod n { } extern \"C\" { fn f(); } unsafe extern \"C\" fn g() { x } }",
                "#[doc = \"fn {\"] mod m { #[a(fn)] mod n { } extern \"C\" { fn f(); } unsafe extern \"C\" fn g() {~~~} }",
            ),
            ("fn f() { never closed", "fn f() { never closed"),
            ("fn f() { \"never closed }", "fn f() { \"never closed }"),
        ];
        for (text, expected) in table {
            assert_eq!(outline(text), expected.replace('~', " "), "{text}");
        }
    }
}
