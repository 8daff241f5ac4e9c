//! Signatures that are known only when the program runs: read from a text, called with values read from texts.
//!
//! A [`Signature`] lays its arguments out in a [`Frame`], and what they point to in memory of the caller's; who then
//! calls the frame, and in which process, is the caller's affair.

mod error;
mod lay_out;
mod parse;
mod types;
mod value;

pub use error::Error;
pub use types::Type;
pub use value::Value;

use crate::{
    abi::Abi,
    frame::{Frame, ResultLayout},
};

/// How many parameters a function may have.
pub const MAX_PARAMETERS: usize = 12;

/// What a function takes and gives back.
///
/// It is written like a Rust function pointer type: `fn(f64, f64) -> f64`. These types have a meaning:
///
/// | type | is passed as | is given as, and printed as |
/// |---|---|---|
/// | `i8` … `u64`, `isize`, `usize` | a whole number | `13`, `-1`, `0xff`, `1_000` |
/// | `f32`, `f64` | a float | `2.5`, `1e300`, `inf`, `NaN` |
/// | `bool` | 0 or 1 | `true`, `false` |
/// | `*const c_char` | the address of the text's bytes and a 0 | any text without a NUL |
/// | `*const T`, `*mut T` | that address | `0x7f00`, `0` |
/// | `&{T, …}`, `&mut {T, …}` | the address of a struct with these fields | one value for each field; `{1, 2}` |
/// | `&[T]`, `&mut [T]` | C: the address of the first element; Go: a slice | `[1, 2, 3]` |
/// | `&str` | Go: a string | any text |
///
/// ```
/// use jitney_raw::{Abi, signature::{Signature, Value}};
///
/// let signature = Signature::parse("fn(f64, f64) -> f64")?;
/// let values = signature.values(&["1000", "2456"])?;
/// let mut frame = signature.lay_out(Abi::C, &values, &mut [], 0)?;
///
/// extern "C" fn add(a: f64, b: f64) -> f64 { a + b }
/// // SAFETY: the function has this signature and convention.
/// unsafe { frame.call(add as *const () as usize, Abi::C) };
/// assert_eq!(signature.returned(Abi::C, &frame), Some(Value::F64(3456.0)));
/// # Ok::<(), jitney_raw::signature::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    parameters: Vec<Type>,
    result: Option<Type>,
}

impl Signature {
    /// Reads a signature.
    ///
    /// # Errors
    /// Where it is not one, naming the column; where a type is not known, or is not one to give back.
    pub fn parse(text: &str) -> Result<Signature, Error> {
        parse::signature(text)
    }

    /// The types of the parameters.
    pub fn parameters(&self) -> &[Type] {
        &self.parameters
    }

    /// The type of the result; `None` is no result.
    pub fn result(&self) -> Option<&Type> {
        self.result.as_ref()
    }

    /// Reads one value for each parameter from texts; a struct takes a text for each of its fields.
    ///
    /// # Errors
    /// For too few or too many texts, and for one that is no value of its type.
    pub fn values<T: AsRef<str>>(&self, texts: &[T]) -> Result<Vec<Value>, Error> {
        let wanted = self.parameters.iter().map(Type::texts).sum();
        if texts.len() != wanted {
            return Err(Error::Count {
                wanted,
                given: texts.len(),
            });
        }
        let mut texts = texts.iter().map(AsRef::as_ref).enumerate();
        self.parameters
            .iter()
            .map(|parameter| value::read(parameter, &mut texts))
            .collect()
    }

    /// What came back from a call that was laid out for this convention.
    pub fn returned(&self, abi: Abi, frame: &Frame) -> Option<Value> {
        let result = self.result.as_ref()?;
        let kind = result.kind()?;
        // SAFETY: all of a frame has contents.
        let mut results = unsafe { ResultLayout::new(abi.convention(), frame.slots()) };
        let [bits] = results.next([kind]);
        Value::of_bits(result, bits)
    }
}
