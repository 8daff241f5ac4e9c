// format! and its kin: positions, names, captured and nested arguments, user types, errors handed on.
use std::fmt::{self, Display, LowerExp, LowerHex, UpperHex, Write as _};

struct Hex(u16);
impl LowerHex for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        LowerHex::fmt(&self.0, f)
    }
}
impl UpperHex for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad_integral(true, "Hx", &format!("{:X}", self.0))
    }
}
impl LowerExp for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_fmt(format_args!("{}e", self.0))
    }
}

struct Joined<'a, T>(&'a [T], &'a str);
impl<T: Display> Display for Joined<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, item) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(self.1)?;
            }
            item.fmt(f)?;
        }
        Ok(())
    }
}

struct Fails;
impl Display for Fails {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

struct Short(usize, String);
impl fmt::Write for Short {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.0 = self.0.checked_sub(s.len()).ok_or(fmt::Error)?;
        self.1 += s;
        Ok(())
    }
}

fn main() {
    let (name, width, value) = ("captured", 12, 3.14159);
    println!(
        "{name:>width$} {value:.2} {0} {1:?} {0:?} {last}",
        'a',
        "b",
        last = name.len()
    );
    println!("{:1$} {:2$} {:.*} {:>1$}", 1, 5, 2, 1.23456, 7);
    println!(
        "{:x} {:#06x} {:X} {:#8X} {:08X} {:e}",
        Hex(255),
        Hex(255),
        Hex(255),
        Hex(255),
        Hex(10),
        Hex(9)
    );
    println!(
        "[{:>4}] [{:.1}]",
        Joined(&[1, 22, 333], "|"),
        Joined(&[1.25, 2.5], ", ")
    );
    println!("{:?}", write!(String::new(), "{Fails}"));
    let mut short = Short(10, String::new());
    println!("{:?} {:?}", write!(short, "{}-{}", "1234", "5678"), short.1);
    println!("{:?} {:?}", write!(short, "{}", "90"), short.1);
    let text = format!(
        "{}{}",
        format_args!("{:03}", 7),
        concat!("a", 1, 2.5, true, 'c')
    );
    println!("{text} {} {}", stringify!(a + b * c), text.len());
    print!("{}", "no newline; ");
    eprint!("to stderr: {name}; ");
    eprintln!("{0:-^1$}", "mid", 9);
    println!("{:?}", format!("{:~^30}", format!("{:?}", Some("nested"))));
    println!(
        "{}",
        fmt::from_fn(|f| write!(f, "from a closure, width {:?}", f.width())).to_string()
    );
    std::io::Write::write_fmt(&mut std::io::stdout(), format_args!("{}\n", 'é')).unwrap();
}
