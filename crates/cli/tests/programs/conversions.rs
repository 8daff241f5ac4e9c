// From, Into, TryFrom, FromStr, AsRef, Cow, Borrow, ToOwned, and errors converted by `?`.
use std::borrow::{Borrow, Cow};
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

#[derive(Debug, PartialEq, Clone, Copy)]
struct Rgb(u8, u8, u8);

#[derive(Debug)]
enum RgbError {
    Length(usize),
    Digit(ParseIntError),
    Hash,
}
impl From<ParseIntError> for RgbError {
    fn from(e: ParseIntError) -> Self {
        RgbError::Digit(e)
    }
}
impl fmt::Display for RgbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RgbError::Length(n) => write!(f, "{n} digits instead of 6"),
            RgbError::Digit(e) => write!(f, "{e}"),
            RgbError::Hash => f.write_str("no # in front"),
        }
    }
}
impl FromStr for Rgb {
    type Err = RgbError;
    fn from_str(s: &str) -> Result<Rgb, RgbError> {
        let digits = s.strip_prefix('#').ok_or(RgbError::Hash)?;
        if digits.len() != 6 {
            return Err(RgbError::Length(digits.len()));
        }
        let part = |i: usize| u8::from_str_radix(&digits[i..i + 2], 16);
        Ok(Rgb(part(0)?, part(2)?, part(4)?))
    }
}
impl From<Rgb> for u32 {
    fn from(Rgb(r, g, b): Rgb) -> u32 {
        u32::from_be_bytes([0, r, g, b])
    }
}
impl TryFrom<u32> for Rgb {
    type Error = String;
    fn try_from(n: u32) -> Result<Rgb, String> {
        match n.to_be_bytes() {
            [0, r, g, b] => Ok(Rgb(r, g, b)),
            [high, ..] => Err(format!("{high:#x} is in the way")),
        }
    }
}
impl From<[u8; 3]> for Rgb {
    fn from([r, g, b]: [u8; 3]) -> Rgb {
        Rgb(r, g, b)
    }
}

fn clean(text: &str) -> Cow<'_, str> {
    if text.contains(' ') {
        text.replace(' ', "_").into()
    } else {
        text.into()
    }
}

fn length<T: AsRef<[u8]> + ?Sized>(t: &T) -> usize {
    t.as_ref().len()
}

fn lookup<K: Borrow<str> + std::hash::Hash + Eq>(map: &HashMap<K, u8>, key: &str) -> Option<u8> {
    map.get(key).copied()
}

fn main() {
    for text in ["#ff8000", "ff8000", "#ff80", "#gg0000", "#+1+2+3"] {
        match text.parse::<Rgb>() {
            Ok(rgb) => println!(
                "{rgb:?} {:06x} {:?}",
                u32::from(rgb),
                Rgb::try_from(u32::from(rgb)) == Ok(rgb)
            ),
            Err(e) => println!("{text}: {e} / {e:?}"),
        }
    }
    println!(
        "{:?} {:?}",
        Rgb::try_from(0x0100_0000),
        Rgb::from([1, 2, 3])
    );
    let into: u32 = Rgb(0, 1, 0).into();
    println!("{into} {:?}", TryInto::<Rgb>::try_into(into));
    for text in ["plain", "with some blanks"] {
        let cow = clean(text);
        println!("{cow} {}", matches!(cow, Cow::Borrowed(_)));
    }
    let mut cow: Cow<[i32]> = Cow::Borrowed(&[1, -2, 3]);
    cow.to_mut().iter_mut().for_each(|n| *n = n.abs());
    println!("{cow:?}");
    println!("{:?}", cow.into_owned());
    println!(
        "{} {} {} {}",
        length("é"),
        length(&String::from("abc")),
        length(&[1u8, 2]),
        length(&vec![0; 9])
    );
    println!(
        "{:?} {:?}",
        lookup(&HashMap::from([("k", 1)]), "k"),
        lookup(&HashMap::from([(String::from("k"), 2)]), "x")
    );
    let never: Result<u8, Infallible> = u8::try_from(5u8);
    println!(
        "{never:?} {:?} {:?}",
        i8::try_from(200u8).map_err(|e| e.to_string()),
        u16::try_from(-1i32).is_err()
    );
    println!(
        "{:?} {:?}",
        <[u8; 2]>::try_from(&[1, 2, 3][..]).map_err(|e| e.to_string()),
        <[_; 2]>::try_from(vec![1, 2])
    );
    println!(
        "{:?}",
        Vec::<(i32, char)>::from([(1, 'a')])
            .into_iter()
            .collect::<BTreeMap<_, _>>()
    );
    println!(
        "{:?} {:?}",
        Option::from(3),
        Box::<str>::from("boxed").into_string()
    );
    println!(
        "{:?} {:?}",
        String::from('c') + &String::from_iter(['d', 'e']),
        "a-b".to_owned().into_bytes()
    );
    println!(
        "{} {} {}",
        f64::from(1.5f32),
        i64::from(true),
        char::from(65u8)
    );
}
