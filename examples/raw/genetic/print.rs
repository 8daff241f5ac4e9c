//! Writes formulas down: `x^2 / (1 + x^2) - 0.5*y`.

use std::fmt;

use super::formula::{Factor, Product, Sum};

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let terms = self.terms();
        if terms.is_empty() {
            return write!(f, "0");
        }
        for (index, (product, value)) in terms.into_iter().enumerate() {
            match (index, value < 0.0) {
                (0, true) => write!(f, "-")?,
                (0, false) => {}
                (_, true) => write!(f, " - ")?,
                (_, false) => write!(f, " + ")?,
            }
            term(f, product, value.abs())?;
        }
        Ok(())
    }
}

/// A product times a number that is not negative.
fn term(f: &mut fmt::Formatter<'_>, product: &Product, value: f64) -> fmt::Result {
    let number = number(value);
    let mut above = product.iter().filter(|(_, power)| **power > 0).peekable();
    let below: Vec<_> = product.iter().filter(|(_, power)| **power < 0).collect();
    match (number == "1", above.peek().is_some()) {
        (true, true) => {}
        (_, false) => write!(f, "{number}")?,
        (false, true) => write!(f, "{number}*")?,
    }
    for (index, (factor, power)) in above.enumerate() {
        write!(f, "{}", if index > 0 { "*" } else { "" })?;
        to_the(f, factor, *power)?;
    }
    if !below.is_empty() {
        write!(f, " / ")?;
        let several = below.len() > 1;
        write!(f, "{}", if several { "(" } else { "" })?;
        for (index, (factor, power)) in below.into_iter().enumerate() {
            write!(f, "{}", if index > 0 { "*" } else { "" })?;
            to_the(f, factor, -power)?;
        }
        write!(f, "{}", if several { ")" } else { "" })?;
    }
    Ok(())
}

fn to_the(f: &mut fmt::Formatter<'_>, factor: &Factor, power: i32) -> fmt::Result {
    match factor {
        Factor::Variable(index) => write!(f, "{}", if *index == 0 { "x" } else { "y" })?,
        Factor::Sum(sum) => write!(f, "({sum})")?,
    }
    match power {
        1 => Ok(()),
        _ => write!(f, "^{power}"),
    }
}

/// Six digits, and no more than it takes.
fn number(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    match rounded {
        0.0 => "0".to_owned(),
        1e-4..1e9 => rounded.to_string(),
        _ => format!("{rounded:e}"),
    }
}
