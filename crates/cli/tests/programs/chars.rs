// Methods of char: classes, cases, digits, encodings, ranges, what is no char.
fn main() {
    for c in [
        'a', 'Z', '9', ' ', '\n', 'é', 'ß', '中', 'Ⅷ', '½', '٣', '\u{301}', '🦀', '\u{200b}', 'ŉ',
    ] {
        let classes: String = [
            (c.is_alphabetic(), 'A'),
            (c.is_numeric(), 'N'),
            (c.is_alphanumeric(), 'B'),
            (c.is_lowercase(), 'l'),
            (c.is_uppercase(), 'u'),
            (c.is_whitespace(), 'w'),
            (c.is_control(), 'c'),
            (c.is_ascii(), 'a'),
            (c.is_ascii_punctuation(), 'p'),
            (c.is_ascii_hexdigit(), 'h'),
        ]
        .iter()
        .map(|&(yes, letter)| if yes { letter } else { '-' })
        .collect();
        let (upper, lower): (String, String) =
            (c.to_uppercase().collect(), c.to_lowercase().collect());
        println!(
            "{c:?} U+{:04X} {classes} {upper:?} {lower:?} {} {}",
            u32::from(c),
            c.len_utf8(),
            c.len_utf16()
        );
    }
    println!(
        "{:?} {:?} {:?}",
        'z'.to_digit(36),
        '8'.to_digit(8),
        'F'.to_digit(16)
    );
    println!(
        "{:?} {:?}",
        char::from_digit(35, 36),
        char::from_digit(10, 10)
    );
    println!(
        "{:?} {:?} {:?}",
        char::from_u32(0x1F600),
        char::from_u32(0xD800),
        char::from_u32(0x11_0000)
    );
    println!(
        "{:?} {:?}",
        char::try_from(0xDFFFu32).map_err(|e| e.to_string()),
        u8::try_from('ÿ')
    );
    println!("{:?}", u8::try_from('Ā').map_err(|e| e.to_string()));
    println!(
        "{:?} {:?}",
        "x".parse::<char>(),
        ["", "xy"].map(|s| s.parse::<char>().map_err(|e| e.to_string()))
    );
    println!(
        "{}",
        ('\u{d7fe}'..='\u{e001}')
            .map(|c| format!("{:x}", c as u32))
            .collect::<Vec<_>>()
            .join(" ")
    );
    println!("{}", ('a'..='z').rev().step_by(5).collect::<String>());
    let mut buffer = [0; 4];
    println!(
        "{:?} {:?}",
        '€'.encode_utf8(&mut buffer).as_bytes(),
        '𝄞'.encode_utf16(&mut [0; 2])
    );
    println!(
        "{} {} {}",
        '\''.escape_debug(),
        'é'.escape_default(),
        '🦀'.escape_unicode()
    );
    println!(
        "{:?} {:?} {:?}",
        char::MAX,
        char::REPLACEMENT_CHARACTER,
        'a'.eq_ignore_ascii_case(&'A')
    );
    let rot13 = |c: char| match c {
        'a'..='m' | 'A'..='M' => char::from(c as u8 + 13),
        'n'..='z' | 'N'..='Z' => char::from(c as u8 - 13),
        _ => c,
    };
    println!("{}", "Uryyb, Jbeyq!".chars().map(rot13).collect::<String>());
}
