//! Reads the text of a signature.

use super::{Error, MAX_PARAMETERS, Signature, Type, types::NAMED};

pub(super) fn signature(text: &str) -> Result<Signature, Error> {
    let mut reader = Reader { text, at: 0 };
    reader.word("fn", "`fn`")?;
    reader.mark('(', "`(`")?;
    let parameters = reader.list(')', "`,` or `)`", Reader::parameter)?;
    let result = match reader.take("->") {
        false => None,
        true if reader.take("()") => None,
        true => Some(reader.value_type("a result")?),
    };
    if !reader.rest().is_empty() {
        return Err(reader.unexpected("the end"));
    }
    match parameters.len() {
        given if given > MAX_PARAMETERS => Err(Error::TooMany { given }),
        _ => Ok(Signature { parameters, result }),
    }
}

/// A text and how much of it has been read.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// What is left, without the blanks that it begins with.
    fn rest(&mut self) -> &'a str {
        let rest = self.text[self.at..].trim_start();
        self.at = self.text.len() - rest.len();
        rest
    }

    fn column(&self) -> usize {
        self.text[..self.at].chars().count() + 1
    }

    /// Reads this, if it comes next.
    fn take(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.at += expected.len();
        }
        found
    }

    fn mark(&mut self, mark: char, expected: &'static str) -> Result<(), Error> {
        match self.take(mark.encode_utf8(&mut [0; 4])) {
            true => Ok(()),
            false => Err(self.unexpected(expected)),
        }
    }

    fn word(&mut self, word: &str, expected: &'static str) -> Result<(), Error> {
        match self.name() == word {
            true => {
                self.at += word.len();
                Ok(())
            }
            false => Err(self.unexpected(expected)),
        }
    }

    /// The letters, digits and path separators that come next, which are not read by this.
    fn name(&mut self) -> &'a str {
        let rest = self.rest();
        let mut end = 0;
        loop {
            let word = |c: char| c.is_alphanumeric() || c == '_';
            end = rest.len() - rest[end..].trim_start_matches(word).len();
            match rest[end..].starts_with("::") {
                true => end += 2,
                false => return &rest[..end],
            }
        }
    }

    fn unexpected(&mut self, expected: &'static str) -> Error {
        let found = match self.name() {
            "" => self.rest().chars().take(1).collect(),
            name => name.to_owned(),
        };
        Error::Syntax {
            column: self.column(),
            found,
            expected,
        }
    }

    /// Items with commas between them, up to a closing mark.
    fn list<T>(
        &mut self,
        end: char,
        expected: &'static str,
        item: impl Fn(&mut Self) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let end = end.to_string();
        let mut items = Vec::new();
        while !self.take(&end) {
            items.push(item(self)?);
            if !self.take(",") && !self.rest().starts_with(&end) {
                return Err(self.unexpected(expected));
            }
        }
        Ok(items)
    }

    /// A type, which may have a name before it as in a function's own text.
    fn parameter(&mut self) -> Result<Type, Error> {
        let name = self.name();
        let behind = self.rest()[name.len()..].trim_start();
        if !name.is_empty() && behind.starts_with(':') {
            self.at = self.text.len() - behind.len() + 1;
        }
        if !self.take("&") {
            return self.value_type("a parameter");
        }
        let mutable = self.name() == "mut";
        if mutable {
            self.at += "mut".len();
        }
        self.referred(mutable)
    }

    /// What `&` or `&mut` may stand before.
    fn referred(&mut self, mutable: bool) -> Result<Type, Error> {
        if self.take("[") {
            let element = Box::new(self.inner_type("an element")?);
            self.mark(']', "`]`")?;
            return Ok(Type::Slice { mutable, element });
        }
        if self.take("{") {
            let fields = self.list('}', "`,` or `}`", |reader| reader.inner_type("a field"))?;
            return match fields.is_empty() {
                true => Err(self.unexpected("a struct with at least one field before this")),
                false => Ok(Type::Struct(fields)),
            };
        }
        let column = self.column();
        match self.name() {
            "str" if !mutable => {
                self.at += "str".len();
                Ok(Type::Str)
            }
            "" => Err(self.unexpected("`[T]`, `{T, T}` or `str`")),
            name => Err(Error::UnknownType {
                column,
                name: format!("&{name}"),
            }),
        }
    }

    /// A type of one value in memory, where a text for C is its address.
    fn inner_type(&mut self, place: &'static str) -> Result<Type, Error> {
        Ok(match self.value_type(place)? {
            Type::CString => Type::Pointer(Type::CString.to_string()),
            other => other,
        })
    }

    /// A type of one value by itself.
    fn value_type(&mut self, place: &'static str) -> Result<Type, Error> {
        self.rest();
        let (start, column) = (self.at, self.column());
        if self.take("*") {
            return self.pointer(start);
        }
        if self.rest().starts_with('&') {
            let name = "&".to_owned();
            return Err(Error::OutOfPlace { name, place });
        }
        let name = self.name();
        if name.is_empty() {
            return Err(self.unexpected("a type"));
        }
        self.at += name.len();
        match NAMED.iter().find(|(other, _)| *other == name) {
            Some((_, named)) => Ok(named.clone()),
            None => Err(Error::UnknownType {
                column,
                name: name.to_owned(),
            }),
        }
    }

    /// A raw pointer from behind its `*`. What it points to is not of interest, except for C's text.
    fn pointer(&mut self, start: usize) -> Result<Type, Error> {
        let mut depth = 1;
        let constant = loop {
            let constant = match self.name() {
                "const" => true,
                "mut" => false,
                _ => return Err(self.unexpected("`const` or `mut`")),
            };
            self.at += self.name().len();
            if !self.take("*") {
                break constant;
            }
            depth += 1;
        };
        let name = self.name();
        if name.is_empty() {
            return Err(self.unexpected("a type"));
        }
        self.at += name.len();
        Ok(match name.rsplit("::").next() {
            Some("c_char") if constant && depth == 1 => Type::CString,
            _ => Type::Pointer(self.text[start..self.at].to_owned()),
        })
    }
}
