//! rustc's messages about inline assembly, in terms of the user's text.
//!
//! It shows them as `--> <inline asm>:5:2`, counted in a text of its own that begins with some lines more than the user's:
//! how many is seen from the lines that it quotes.

/// What rustc calls the text.
const THEIRS: &str = "<inline asm>:";
/// How many lines rustc 1.95 puts before the text, where the quotes do not tell.
const USUAL: usize = 2;

/// The message with the user's name for the text and the user's line numbers.
pub(super) fn of_the_user(message: &str, name: &str, text: &str) -> String {
    let before = lines_before(message, text);
    let width = |theirs: usize| theirs.to_string().len();
    let mut result = String::with_capacity(message.len());
    // The number of the line that the message shows, as rustc counts, while it is shown.
    let mut shown = None;
    for line in message.split_inclusive('\n') {
        if let Some((start, theirs, rest)) = place(line) {
            shown = Some(theirs);
            result += &format!("{start}{name}:{}{rest}", theirs.saturating_sub(before));
        } else if let Some((theirs, quote)) = shown.and_then(|it| Some((it, quoted(line, it)?))) {
            let number = theirs.saturating_sub(before);
            result += &format!("{number:<0$} |{quote}", width(theirs));
        } else {
            result += line;
        }
    }
    result.replace("note: instantiated into assembly here", "note: in the text")
}

/// How many lines rustc put before the text.
fn lines_before(message: &str, text: &str) -> usize {
    let text: Vec<_> = text.lines().map(squeezed).collect();
    let mut quotes = Vec::new();
    let mut shown = None;
    for line in message.lines() {
        if let Some((_, theirs, _)) = place(line) {
            shown = Some(theirs);
        } else if let Some((theirs, quote)) = shown.and_then(|it| Some((it, quoted(line, it)?))) {
            quotes.push((theirs, squeezed(quote)));
        }
    }
    let fits = |before: &usize| {
        quotes.iter().all(|(theirs, quote)| {
            let index = theirs.checked_sub(before + 1);
            index.and_then(|index| text.get(index)) == Some(quote)
        })
    };
    // Where lines of the text are equal, more than one number fits.
    [USUAL].into_iter().chain(0..10).find(fits).unwrap_or(USUAL)
}

/// A line such as ` --> <inline asm>:5:2`: what stands before the name, the line's number, the rest.
fn place(line: &str) -> Option<(&str, usize, &str)> {
    let (start, rest) = line.split_once(THEIRS)?;
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    Some((start, rest[..digits].parse().ok()?, &rest[digits..]))
}

/// What a line such as `5 | mov eax, 1` shows, if it shows this one.
fn quoted(line: &str, number: usize) -> Option<&str> {
    let (before, quote) = line.split_once('|')?;
    (before.trim_end().parse() == Ok(number)).then_some(quote)
}

/// A line without what rustc may change of it: tabs are shown as spaces.
fn squeezed(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As rustc 1.95 writes it.
    const MESSAGE: &str = "\
error: invalid instruction mnemonic 'bogus'
  |
note: instantiated into assembly here
 --> <inline asm>:11:2
   |
11 |     bogus eax
   |     ^^^^^

error: aborting due to 1 previous error

";

    fn text(line: usize) -> String {
        (1..line)
            .map(|n| format!("mov eax, {n}\n"))
            .collect::<String>()
            + "\tbogus eax\n"
    }

    #[test]
    fn the_place_is_the_users() {
        let told = of_the_user(MESSAGE, "add.asm", &text(9));
        assert!(told.contains("add.asm:9:2\n"), "{told}");
        assert!(told.contains("\n9  |     bogus eax\n"), "{told}");
        assert!(told.contains("aborting due to 1"), "{told}");
    }

    #[test]
    fn lines_before_the_text_are_counted_by_what_is_quoted() {
        for line in 2..=11 {
            let told = of_the_user(MESSAGE, "a", &text(line));
            assert!(told.contains(&format!(" a:{line}:2\n")), "{told}");
        }
    }

    #[test]
    fn a_message_that_quotes_nothing_stays() {
        let message = "error[E0463]: can't find crate for `core`\n";
        assert_eq!(of_the_user(message, "a", "ret"), message);
    }
}
