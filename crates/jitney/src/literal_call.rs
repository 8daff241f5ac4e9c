//! Calling a function of a module by a text: one call with literal arguments, where no compiler need be.
//!
//! The type is the function's own, as the compiler spelled it into its registry entry, where a primitive type's name is no
//! other type's. The call is one that fits all types of this kind: on x86-64 the Rust ABI passes each scalar by itself (a
//! `&str` is two), integers in one row of registers and floats in another, in order, and what has no room there in words
//! on the stack. So what is in registers and words that the function does not have does no harm. Both sides were built
//! by one compiler, which has been made sure of.

use std::mem::ManuallyDrop;

use jitney_build::{ExportKind, FunctionType, Literal, LiteralCall, LiteralValue};

use crate::error::Error;
use crate::module::Module;

/// How many integers, floats and words on the stack a call has.
const INTEGERS: usize = 6;
const FLOATS: usize = 8;
const STACK: usize = 8;

impl Module {
    /// Calls a function as a text says, `add(5, 6)`: a path, and literals for arguments. No compiler is needed. Returns
    /// the result by `Debug`, or `None` when it is `()`.
    ///
    /// Parameters may be numbers of up to 64 bits, `bool`, `char`, `&str`, `&[u8]` (`b"…"`) and `String` (`"…"`); so may
    /// the result, `&[u8]` and `&str` included. Up to 6 integers (a text is two of them) and 8 floats, and 8 more
    /// of either.
    ///
    /// # Errors
    /// [`Error::LiteralCall`] when the text is no such call, when the arguments are not what the function takes, or when it
    /// has parameters or a result of another type; and those of [`Module::function`].
    pub fn call_with_literals(&self, call: &str) -> Result<Option<String>, Error> {
        let refused = |reason: String| Error::LiteralCall {
            call: call.to_owned(),
            reason,
        };
        let LiteralCall { path, arguments } = LiteralCall::parse(call).map_err(refused)?;
        let (address, type_name) = self.function_entry(&path)?;
        let signature = || {
            let mut exports = self.exports().iter();
            let written = exports.find(|it| it.name == path && it.kind == ExportKind::Function);
            written.map_or(type_name, |export| &export.signature)
        };
        let refused = |reason: String| refused(format!("{reason}; it is `{}`", signature()));
        let type_ = FunctionType::parse(type_name).ok_or_else(|| {
            refused(format!(
                "`{path}` is not a plain Rust function, and is called from Rust alone"
            ))
        })?;
        if arguments.len() != type_.parameters.len() {
            return Err(refused(format!(
                "`{path}` takes {}, and {} given",
                counted(type_.parameters.len()),
                match arguments.len() {
                    1 => "1 is".to_owned(),
                    count => format!("{count} are"),
                }
            )));
        }
        let result = Outcome::of(&type_.result).ok_or_else(|| {
            refused(format!(
                "its result is a `{}`, which cannot be printed without a compiler",
                type_.result
            ))
        })?;
        let mut words = Words::new(match result {
            // Where the result is to be written is the first integer.
            Outcome::Text => INTEGERS - 1,
            _ => INTEGERS,
        });
        for (argument, type_) in arguments.iter().zip(&type_.parameters) {
            words.add(argument, type_).map_err(refused)?;
        }
        if words.stack.len() > STACK {
            return Err(refused(
                "that is too many arguments for a call without a compiler".to_owned(),
            ));
        }
        let _texts = words.give_texts();
        // SAFETY: the function has this address and type, the words are those of its arguments, and the module is loaded
        // as long as this borrow of it lives.
        Ok(unsafe { result.call(address, words) })
    }
}

fn counted(count: usize) -> String {
    match count {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        count => format!("{count} arguments"),
    }
}

/// Arguments as the processor takes them.
struct Words {
    integers: Vec<u64>,
    /// How many of these are in registers.
    room: usize,
    floats: Vec<u64>,
    stack: Vec<u64>,
    /// What the callee owns from the call on. It lies in boxes, whose addresses are among the integers.
    texts: Vec<*mut String>,
}

/// Where a text lies that is not dropped with it.
type Room = Box<ManuallyDrop<String>>;

impl Drop for Words {
    /// There has been no call.
    fn drop(&mut self) {
        for text in std::mem::take(&mut self.texts) {
            // SAFETY: the pointer is a box's, which nothing else owns.
            drop(unsafe { Box::from_raw(text) });
        }
    }
}

impl Words {
    fn new(room: usize) -> Words {
        Words {
            integers: Vec::new(),
            room,
            floats: Vec::new(),
            stack: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// Hands the texts over to the callee, which drops them. What is returned is their room, for the length of the call.
    fn give_texts(&mut self) -> Vec<Room> {
        let texts = std::mem::take(&mut self.texts).into_iter();
        // SAFETY: each pointer is a box's, which nothing else owns; `Room` has a `String`'s layout and drops nothing.
        texts
            .map(|text| unsafe { Box::from_raw(text.cast()) })
            .collect()
    }

    fn integer(&mut self, word: u64) {
        match self.integers.len() < self.room {
            true => self.integers.push(word),
            false => self.stack.push(word),
        }
    }

    fn float(&mut self, bits: u64) {
        match self.floats.len() < FLOATS {
            true => self.floats.push(bits),
            false => self.stack.push(bits),
        }
    }

    fn slice(&mut self, bytes: &[u8]) {
        self.integer(bytes.as_ptr().expose_provenance() as u64);
        self.integer(bytes.len() as u64);
    }

    /// Adds an argument for a parameter of this type.
    ///
    /// # Errors
    /// When it is none, or the type is none that literals can be given for.
    fn add(&mut self, argument: &Literal, type_: &str) -> Result<(), String> {
        let Literal { text, value } = argument;
        let shown = type_.replace("alloc::string::String", "String");
        match (type_, value) {
            ("bool", LiteralValue::Bool(it)) => self.integer((*it).into()),
            ("char", LiteralValue::Char(it)) => self.integer((*it).into()),
            ("&str", LiteralValue::Text(it)) => self.slice(it.as_bytes()),
            ("&[u8]", LiteralValue::Bytes(it)) => self.slice(it),
            ("alloc::string::String", LiteralValue::Text(it)) => {
                let text = Box::into_raw(Box::new(it.clone()));
                self.integer(text.expose_provenance() as u64);
                self.texts.push(text);
            }
            ("f32" | "f64", LiteralValue::Float { digits, suffix }) if fits(suffix, type_) => {
                let bits = match type_ {
                    "f32" => digits.parse::<f32>().map(|it| it.to_bits().into()),
                    _ => digits.parse::<f64>().map(f64::to_bits),
                };
                self.float(bits.map_err(|_| format!("`{text}` is no number"))?);
            }
            (
                _,
                LiteralValue::Integer {
                    negative,
                    magnitude,
                    suffix,
                },
            ) if is_integer(type_) && fits(suffix, type_) => {
                let word = word_of(type_, *negative, *magnitude);
                self.integer(word.ok_or_else(|| format!("`{text}` does not fit `{type_}`"))?);
            }
            ("bool" | "char" | "&str" | "&[u8]" | "alloc::string::String" | "f32" | "f64", _) => {
                return Err(format!("`{text}` is no `{shown}`"));
            }
            _ if is_integer(type_) => return Err(format!("`{text}` is no `{type_}`")),
            _ => {
                return Err(format!(
                    "a parameter is a `{shown}`, for which no literal can be given without a compiler"
                ));
            }
        }
        Ok(())
    }
}

fn is_integer(type_: &str) -> bool {
    matches!(
        type_,
        "i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize"
    )
}

fn fits(suffix: &str, type_: &str) -> bool {
    suffix.is_empty() || suffix == type_
}

/// A number as a word of this type, extended as it is written. `None` when it does not fit.
fn word_of(type_: &str, negative: bool, magnitude: u128) -> Option<u64> {
    let number = i128::try_from(magnitude).ok()?;
    let number = if negative { -number } else { number };
    macro_rules! word {
        ($($name:literal $type:ty,)*) => {
            match type_ {
                $($name => <$type>::try_from(number).ok().map(|it| it as u64),)*
                _ => None,
            }
        };
    }
    word! {
        "i8" i8, "i16" i16, "i32" i32, "i64" i64, "isize" isize,
        "u8" u8, "u16" u16, "u32" u32, "u64" u64, "usize" usize,
    }
}

/// What a function gives back.
#[derive(Clone, Copy)]
enum Outcome {
    Nothing,
    /// In the first integer register: how to show it.
    Integer(fn(u64) -> String),
    Single,
    Double,
    Slice(fn(&[u8]) -> String),
    Text,
}

impl Outcome {
    fn of(type_: &str) -> Option<Outcome> {
        // More bits than the type has are anything.
        Some(match type_ {
            "()" => Outcome::Nothing,
            "bool" => Outcome::Integer(|word| format!("{:?}", word & 1 == 1)),
            "char" => Outcome::Integer(|word| {
                format!(
                    "{:?}",
                    char::from_u32(word as u32).unwrap_or(char::REPLACEMENT_CHARACTER)
                )
            }),
            "i8" => Outcome::Integer(|word| (word as i8).to_string()),
            "i16" => Outcome::Integer(|word| (word as i16).to_string()),
            "i32" => Outcome::Integer(|word| (word as i32).to_string()),
            "i64" | "isize" => Outcome::Integer(|word| (word as i64).to_string()),
            "u8" => Outcome::Integer(|word| (word as u8).to_string()),
            "u16" => Outcome::Integer(|word| (word as u16).to_string()),
            "u32" => Outcome::Integer(|word| (word as u32).to_string()),
            "u64" | "usize" => Outcome::Integer(|word| word.to_string()),
            "f32" => Outcome::Single,
            "f64" => Outcome::Double,
            "&str" => Outcome::Slice(|bytes| format!("{:?}", String::from_utf8_lossy(bytes))),
            "&[u8]" => Outcome::Slice(|bytes| format!("{bytes:?}")),
            "alloc::string::String" => Outcome::Text,
            _ => return None,
        })
    }

    /// Calls the function and shows what it gives back.
    ///
    /// # Safety
    /// The function at this address takes what the words are, and gives back what this says.
    unsafe fn call(self, address: *mut (), words: Words) -> Option<String> {
        // SAFETY: the caller's promise, passed on.
        unsafe {
            match self {
                Outcome::Nothing => {
                    call::<()>(address, &words);
                    None
                }
                Outcome::Integer(show) => Some(show(call(address, &words))),
                Outcome::Single => Some(format!("{:?}", call::<f32>(address, &words))),
                Outcome::Double => Some(format!("{:?}", call::<f64>(address, &words))),
                Outcome::Slice(show) => Some(show(call::<&[u8]>(address, &words))),
                Outcome::Text => Some(format!("{:?}", call_for_text(address, &words))),
            }
        }
    }
}

macro_rules! any_function {
    ($($integer:ident)*; $($float:ident)*; $($stack:ident)*; $result:ty) => {
        unsafe fn($(any_function!(@ $integer u64),)* $(any_function!(@ $float f64),)* $(any_function!(@ $stack u64),)*) -> $result
    };
    (@ $name:ident $type:ty) => { $type };
}

/// # Safety
/// As for [`Outcome::call`], for a result that is in registers.
unsafe fn call<R>(address: *mut (), words: &Words) -> R {
    let [i, f, s] = words.filled();
    // SAFETY: a function pointer has a data pointer's size; that it can be called so is said above and promised by
    // the caller.
    unsafe {
        let function = std::mem::transmute::<
            *mut (),
            any_function!(a b c d e f; a b c d e f g h; a b c d e f g h; R),
        >(address);
        let f = f.map(f64::from_bits);
        function(
            i[0], i[1], i[2], i[3], i[4], i[5], f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7],
            s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7],
        )
    }
}

/// # Safety
/// As for [`Outcome::call`], for a `String`: it is written where the first integer points to.
unsafe fn call_for_text(address: *mut (), words: &Words) -> String {
    let [i, f, s] = words.filled();
    // SAFETY: as in `call`.
    unsafe {
        let function = std::mem::transmute::<
            *mut (),
            any_function!(a b c d e; a b c d e f g h; a b c d e f g h; String),
        >(address);
        let f = f.map(f64::from_bits);
        function(
            i[0], i[1], i[2], i[3], i[4], f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], s[0],
            s[1], s[2], s[3], s[4], s[5], s[6], s[7],
        )
    }
}

impl Words {
    /// The integers, the floats and the words on the stack, with zeros for those that are not there.
    fn filled(&self) -> [[u64; 8]; 3] {
        let fill = |words: &[u64]| {
            let mut filled = [0; 8];
            filled[..words.len()].copy_from_slice(words);
            filled
        };
        [fill(&self.integers), fill(&self.floats), fill(&self.stack)]
    }
}
