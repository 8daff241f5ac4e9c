//! The types that a signature may name.

use std::fmt;

use crate::frame::Kind;

/// The type of a parameter, of a result, of a field or of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Type {
    /// `bool`
    Bool,
    /// `i8`
    I8,
    /// `u8`
    U8,
    /// `i16`
    I16,
    /// `u16`
    U16,
    /// `i32`
    I32,
    /// `u32`
    U32,
    /// `i64`
    I64,
    /// `u64`
    U64,
    /// `isize`
    Isize,
    /// `usize`
    Usize,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `*const c_char`: text that ends with a 0.
    CString,
    /// Any other raw pointer, as it was written: an address.
    Pointer(String),
    /// `&str`: Go's string.
    Str,
    /// `&[T]` or `&mut [T]`.
    Slice {
        /// Whether its elements are of interest after the call.
        mutable: bool,
        /// The type of its elements.
        element: Box<Type>,
    },
    /// `&{T, …}` or `&mut {T, …}`: a pointer to a struct with these fields, laid out as C does.
    Struct(Vec<Type>),
}

/// The types that are written as a single word.
pub(super) const NAMED: [(&str, Type); 13] = [
    ("bool", Type::Bool),
    ("i8", Type::I8),
    ("u8", Type::U8),
    ("i16", Type::I16),
    ("u16", Type::U16),
    ("i32", Type::I32),
    ("u32", Type::U32),
    ("i64", Type::I64),
    ("u64", Type::U64),
    ("isize", Type::Isize),
    ("usize", Type::Usize),
    ("f32", Type::F32),
    ("f64", Type::F64),
];

impl Type {
    /// The scalar that it is passed as, or `None` where it stands for memory that something points to.
    pub(super) fn kind(&self) -> Option<Kind> {
        Some(match self {
            Type::Bool => Kind::Bool,
            Type::I8 => Kind::Signed(1),
            Type::U8 => Kind::Unsigned(1),
            Type::I16 => Kind::Signed(2),
            Type::U16 => Kind::Unsigned(2),
            Type::I32 => Kind::Signed(4),
            Type::U32 => Kind::Unsigned(4),
            Type::I64 => Kind::Signed(8),
            Type::U64 => Kind::Unsigned(8),
            Type::Isize => Kind::Signed(size_of::<isize>() as u8),
            Type::Usize | Type::Pointer(_) | Type::CString => Kind::POINTER,
            Type::F32 => Kind::F32,
            Type::F64 => Kind::F64,
            Type::Str | Type::Slice { .. } | Type::Struct(_) => return None,
        })
    }

    /// How many texts a value of it is given as.
    pub(super) fn texts(&self) -> usize {
        match self {
            Type::Struct(fields) => fields.len(),
            _ => 1,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::CString => write!(f, "*const c_char"),
            Type::Pointer(text) => write!(f, "{text}"),
            Type::Str => write!(f, "&str"),
            Type::Slice { mutable, element } => {
                let mutable = if *mutable { "mut " } else { "" };
                write!(f, "&{mutable}[{element}]")
            }
            Type::Struct(fields) => {
                let fields: Vec<_> = fields.iter().map(Type::to_string).collect();
                write!(f, "&{{{}}}", fields.join(", "))
            }
            named => {
                let name = NAMED.iter().find(|(_, other)| other == named);
                write!(f, "{}", name.map_or("", |(name, _)| name))
            }
        }
    }
}
