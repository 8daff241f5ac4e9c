//! Values of the types of a signature: read from texts, from registers and from memory, and written as texts.

use std::{ffi::CString, fmt, num::IntErrorKind};

use super::{Error, Type};

/// An argument or a result.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs)] // They are named after their types.
pub enum Value {
    Bool(bool),
    I8(i8),
    U8(u8),
    I16(i16),
    U16(u16),
    I32(i32),
    U32(u32),
    I64(i64),
    U64(u64),
    Isize(isize),
    Usize(usize),
    F32(f32),
    F64(f64),
    /// An address.
    Pointer(usize),
    /// A text for C.
    CString(CString),
    /// A text for Go.
    Str(String),
    /// The elements of a slice.
    Slice(Vec<Value>),
    /// The fields of a struct.
    Struct(Vec<Value>),
}

impl Value {
    /// A value of a type that is a scalar, from its bits; `None` for other types.
    pub(super) fn of_bits(of: &Type, bits: u64) -> Option<Value> {
        Some(match of {
            Type::Bool => Value::Bool(bits as u8 != 0),
            Type::I8 => Value::I8(bits as i8),
            Type::U8 => Value::U8(bits as u8),
            Type::I16 => Value::I16(bits as i16),
            Type::U16 => Value::U16(bits as u16),
            Type::I32 => Value::I32(bits as i32),
            Type::U32 => Value::U32(bits as u32),
            Type::I64 => Value::I64(bits as i64),
            Type::U64 => Value::U64(bits),
            Type::Isize => Value::Isize(bits as isize),
            Type::Usize => Value::Usize(bits as usize),
            Type::F32 => Value::F32(f32::from_bits(bits as u32)),
            Type::F64 => Value::F64(f64::from_bits(bits)),
            Type::Pointer(_) | Type::CString => Value::Pointer(bits as usize),
            Type::Str | Type::Slice { .. } | Type::Struct(_) => return None,
        })
    }

    /// The bits of a scalar, those of a whole number extended by its sign; `None` where it is none.
    pub(super) fn bits(&self) -> Option<u64> {
        Some(match *self {
            Value::Bool(value) => u64::from(value),
            Value::I8(value) => value as u64,
            Value::U8(value) => u64::from(value),
            Value::I16(value) => value as u64,
            Value::U16(value) => u64::from(value),
            Value::I32(value) => value as u64,
            Value::U32(value) => u64::from(value),
            Value::I64(value) => value as u64,
            Value::U64(value) => value,
            Value::Isize(value) => value as u64,
            Value::Usize(value) | Value::Pointer(value) => value as u64,
            Value::F32(value) => u64::from(value.to_bits()),
            Value::F64(value) => value.to_bits(),
            Value::CString(_) | Value::Str(_) | Value::Slice(_) | Value::Struct(_) => return None,
        })
    }
}

/// Numbers and `bool` as Rust's `Display` writes them, addresses in hexadecimal, several values as `[1, 2]` and `{1, 2}`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(value) => value.fmt(f),
            Value::I8(value) => value.fmt(f),
            Value::U8(value) => value.fmt(f),
            Value::I16(value) => value.fmt(f),
            Value::U16(value) => value.fmt(f),
            Value::I32(value) => value.fmt(f),
            Value::U32(value) => value.fmt(f),
            Value::I64(value) => value.fmt(f),
            Value::U64(value) => value.fmt(f),
            Value::Isize(value) => value.fmt(f),
            Value::Usize(value) => value.fmt(f),
            Value::F32(value) => value.fmt(f),
            Value::F64(value) => value.fmt(f),
            Value::Pointer(value) => write!(f, "{value:#x}"),
            Value::CString(value) => value.to_string_lossy().fmt(f),
            Value::Str(value) => value.fmt(f),
            Value::Slice(values) => write!(f, "[{}]", joined(values)),
            Value::Struct(values) => write!(f, "{{{}}}", joined(values)),
        }
    }
}

fn joined(values: &[Value]) -> String {
    let values: Vec<_> = values.iter().map(Value::to_string).collect();
    values.join(", ")
}

/// Reads a value of this type from the texts that come next.
pub(super) fn read<'a>(
    of: &Type,
    texts: &mut impl Iterator<Item = (usize, &'a str)>,
) -> Result<Value, Error> {
    if let Type::Struct(fields) = of {
        let fields = fields.iter().map(|field| read(field, texts));
        return Ok(Value::Struct(fields.collect::<Result<_, _>>()?));
    }
    let (index, text) = texts.next().unwrap_or_default();
    parse(of, text).map_err(|reason| Error::Value {
        position: index + 1,
        text: text.to_owned(),
        name: of.to_string(),
        reason,
    })
}

/// A value from one text, or what is wrong with it.
fn parse(of: &Type, text: &str) -> Result<Value, String> {
    Ok(match of {
        Type::Bool => match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return Err("it is true or false".to_owned()),
        },
        Type::I8 => Value::I8(number(text)?),
        Type::U8 => Value::U8(number(text)?),
        Type::I16 => Value::I16(number(text)?),
        Type::U16 => Value::U16(number(text)?),
        Type::I32 => Value::I32(number(text)?),
        Type::U32 => Value::U32(number(text)?),
        Type::I64 => Value::I64(number(text)?),
        Type::U64 => Value::U64(number(text)?),
        Type::Isize => Value::Isize(number(text)?),
        Type::Usize => Value::Usize(number(text)?),
        Type::F32 => Value::F32(float(text)?),
        Type::F64 => Value::F64(float(text)?),
        Type::Pointer(_) => Value::Pointer(number(text)?),
        Type::CString => Value::CString(
            CString::new(text).map_err(|_| "C's texts end at the first NUL".to_owned())?,
        ),
        Type::Str => Value::Str(text.to_owned()),
        Type::Slice { element, .. } => {
            let inner = text
                .trim()
                .strip_prefix('[')
                .and_then(|text| text.strip_suffix(']'));
            let inner = inner.ok_or("it is written as in [1, 2, 3]")?.trim();
            let texts = inner
                .split(',')
                .map(str::trim)
                .filter(|_| !inner.is_empty());
            Value::Slice(
                texts
                    .map(|text| parse(element, text))
                    .collect::<Result<_, _>>()?,
            )
        }
        // Its fields are texts of their own.
        Type::Struct(_) => return Err("it is given field by field".to_owned()),
    })
}

fn float<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    let number = text.replace('_', "").parse();
    number.map_err(|_| "it is not a number".to_owned())
}

/// Whole numbers of all sizes: what is written, and what fits.
trait Whole: Sized + fmt::Display {
    const MIN: Self;
    const MAX: Self;
    fn of_digits(text: &str, base: u32) -> Result<Self, std::num::ParseIntError>;
}

macro_rules! whole {
    ($($type:ty)*) => {
        $(impl Whole for $type {
            const MIN: Self = <$type>::MIN;
            const MAX: Self = <$type>::MAX;
            fn of_digits(text: &str, base: u32) -> Result<Self, std::num::ParseIntError> {
                <$type>::from_str_radix(text, base)
            }
        })*
    };
}

whole!(i8 u8 i16 u16 i32 u32 i64 u64 isize usize);

fn number<T: Whole>(text: &str) -> Result<T, String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let (digits, base) = match digits.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    if digits.starts_with(['-', '+']) {
        return Err("it is not a whole number".to_owned());
    }
    let digits = format!("{sign}{}", digits.replace('_', ""));
    T::of_digits(&digits, base).map_err(|error| match error.kind() {
        IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => {
            format!("it does not lie between {} and {}", T::MIN, T::MAX)
        }
        // Unsigned numbers do not know the sign at all.
        _ if sign == "-" && T::of_digits(&digits[1..], base).is_ok() => {
            format!("it does not lie between {} and {}", T::MIN, T::MAX)
        }
        _ => "it is not a whole number".to_owned(),
    })
}
