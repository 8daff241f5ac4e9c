//! One call with literal arguments, read without a compiler: `add(5, -6)`. And the types of functions as the compiler
//! spells them, which say what the literals stand for.

use syn::{Expr, ExprLit, ExprUnary, Lit, ReturnType, Type, UnOp};

use crate::own_thread::on_own_thread;

/// A call of a function by its path, with literals for arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct LiteralCall {
    /// The function, by the path that exports have: `shapes::area`.
    pub path: String,
    /// The arguments in order.
    pub arguments: Vec<Literal>,
}

/// A literal, as it is written and what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// As it is written.
    pub text: String,
    /// What it says.
    pub value: LiteralValue,
}

/// What a literal says.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum LiteralValue {
    /// A whole number, with the suffix that it has (`u8`), or none.
    Integer {
        /// Whether a minus stands before it.
        negative: bool,
        /// Without its sign.
        magnitude: u128,
        /// `""` or the name of a type.
        suffix: String,
    },
    /// Another number.
    Float {
        /// Its digits, with a minus where one stands before it.
        digits: String,
        /// `""` or the name of a type.
        suffix: String,
    },
    /// `true` or `false`.
    Bool(bool),
    /// A character.
    Char(char),
    /// A text.
    Text(String),
    /// A byte string.
    Bytes(Vec<u8>),
}

/// A function's type, as [`std::any::type_name`] spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionType {
    /// Its parameters' types, without lifetimes.
    pub parameters: Vec<String>,
    /// Its result's type; `()` for none.
    pub result: String,
}

impl LiteralCall {
    /// Reads a call.
    ///
    /// # Errors
    /// When the text is anything else; what is wrong with it, as a sentence.
    pub fn parse(text: &str) -> Result<LiteralCall, String> {
        on_own_thread(|| parse(text))
    }
}

impl FunctionType {
    /// Reads the type of a plain Rust function. `None` for any other.
    pub fn parse(type_name: &str) -> Option<FunctionType> {
        on_own_thread(|| {
            let Ok(Type::FnPtr(function)) = syn::parse_str(type_name) else {
                return None;
            };
            let odd = function.unsafety.is_some()
                || function.abi.is_some()
                || function.variadic.is_some();
            if odd {
                return None;
            }
            let result = match &function.output {
                ReturnType::Default => "()".to_owned(),
                ReturnType::Type(_, result) => spelled(result),
            };
            let parameters = function.inputs.iter();
            Some(FunctionType {
                parameters: parameters.map(|parameter| spelled(&parameter.ty)).collect(),
                result,
            })
        })
    }
}

/// A type without its lifetimes and spaces: `&str`, `alloc::string::String`.
fn spelled(type_: &Type) -> String {
    match type_ {
        Type::Reference(reference) if reference.mutability.is_none() => {
            format!("&{}", spelled(&reference.elem))
        }
        other => quote::quote!(#other).to_string().replace(' ', ""),
    }
}

fn parse(text: &str) -> Result<LiteralCall, String> {
    const FORM: &str =
        "without a compiler, one call with literal arguments can be made, as in `add(5, 6)`";
    let expression: Expr = syn::parse_str(text).map_err(|error| format!("{error}; {FORM}"))?;
    let Expr::Call(call) = expression else {
        return Err(format!("it is no call; {FORM}"));
    };
    let Expr::Path(_) = &*call.func else {
        return Err(format!("what is called is no path; {FORM}"));
    };
    // A path has no parenthesis. Exports have `Pair<u8>::new` for what an expression calls `Pair::<u8>::new`.
    let path = text.split('(').next().unwrap_or_default();
    let path: String = path.split_whitespace().collect();
    let arguments = call.args.iter().map(|argument| {
        let text = quote::quote!(#argument).to_string();
        match value(argument, false) {
            Some(value) => Ok(Literal {
                text: text.replace("- ", "-"),
                value,
            }),
            None => Err(format!("`{text}` is no literal; {FORM}")),
        }
    });
    Ok(LiteralCall {
        path: path.replace("::<", "<").replace("r#", ""),
        arguments: arguments.collect::<Result<_, _>>()?,
    })
}

fn value(expression: &Expr, negative: bool) -> Option<LiteralValue> {
    let literal = match expression {
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) if !negative => {
            return value(expr, true).filter(|value| {
                matches!(
                    value,
                    LiteralValue::Integer { .. } | LiteralValue::Float { .. }
                )
            });
        }
        Expr::Lit(ExprLit { lit, .. }) => lit,
        _ => return None,
    };
    let float = |digits: &str, suffix: &str| LiteralValue::Float {
        digits: format!("{}{digits}", if negative { "-" } else { "" }),
        suffix: suffix.to_owned(),
    };
    Some(match literal {
        // `1f64` is a float for the compiler.
        Lit::Int(number) if number.suffix().starts_with('f') => {
            float(number.base10_digits(), number.suffix())
        }
        Lit::Int(number) => LiteralValue::Integer {
            negative,
            magnitude: number.base10_parse().ok()?,
            suffix: number.suffix().to_owned(),
        },
        Lit::Float(number) => float(number.base10_digits(), number.suffix()),
        Lit::Bool(it) => LiteralValue::Bool(it.value),
        Lit::Char(it) => LiteralValue::Char(it.value()),
        Lit::Str(it) => LiteralValue::Text(it.value()),
        Lit::ByteStr(it) => LiteralValue::Bytes(it.value()),
        Lit::Byte(it) => LiteralValue::Integer {
            negative,
            magnitude: it.value().into(),
            suffix: "u8".to_owned(),
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read() {
        let call = LiteralCall::parse(
            " Pair::<u8> :: new ( -5_i64 , 0xff, 1e3, 2f32, true, '\\n', \"a(b\", br#\"c\"#, b'd' ) ",
        );
        let LiteralCall { path, arguments } = call.unwrap();
        assert_eq!(path, "Pair<u8>::new");
        let values: Vec<_> = arguments
            .into_iter()
            .map(|argument| argument.value)
            .collect();
        let integer = |negative, magnitude, suffix: &str| LiteralValue::Integer {
            negative,
            magnitude,
            suffix: suffix.to_owned(),
        };
        let float = |digits: &str, suffix: &str| LiteralValue::Float {
            digits: digits.to_owned(),
            suffix: suffix.to_owned(),
        };
        assert_eq!(
            values,
            [
                integer(true, 5, "i64"),
                integer(false, 255, ""),
                float("1e3", ""),
                float("2", "f32"),
                LiteralValue::Bool(true),
                LiteralValue::Char('\n'),
                LiteralValue::Text("a(b".to_owned()),
                LiteralValue::Bytes(b"c".to_vec()),
                integer(false, 100, "u8"),
            ]
        );
    }

    #[test]
    fn what_is_no_such_call_is_refused_with_an_example() {
        for (text, reason) in [
            ("", "unexpected end"),
            ("add", "no call"),
            ("add(1", "add(5, 6)"),
            ("1 + 2", "no call"),
            ("(add)(1)", "no path"),
            ("add(1, x)", "`x` is no literal"),
            ("add(1 + 2)", "is no literal"),
            ("add(--1)", "is no literal"),
            ("add(-true)", "is no literal"),
            ("add(c\"x\")", "is no literal"),
            ("add(1) // and\n 2", "add(5, 6)"),
        ] {
            let error = LiteralCall::parse(text).unwrap_err();
            assert!(
                error.contains(reason) && error.contains("add(5, 6)"),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn types_are_read_as_the_compiler_spells_them() {
        let read = |name: &str| {
            let FunctionType { parameters, result } = FunctionType::parse(name)?;
            Some(format!("{} -> {result}", parameters.join(" ")))
        };
        fn name<T>(_: T) -> &'static str {
            std::any::type_name::<T>()
        }
        let add: fn(i32, f64) -> bool = |_, _| true;
        assert_eq!(read(name(add)).unwrap(), "i32 f64 -> bool");
        let text: fn(&str, &[u8], String) = |_, _, _| {};
        assert_eq!(
            read(name(text)).unwrap(),
            "&str &[u8] alloc::string::String -> ()"
        );
        let odd: unsafe fn() = || {};
        assert_eq!(read(name(odd)), None);
        let odd: extern "C" fn() = {
            extern "C" fn odd() {}
            odd
        };
        assert_eq!(read(name(odd)), None);
        assert_eq!(read("text::Type"), None);
    }
}
