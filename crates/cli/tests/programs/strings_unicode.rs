// Strings: bytes, chars and boundaries, case, searching, splitting, replacing, UTF-16, lossy and refused bytes.
fn main() {
    let cut = vec![b'o', b'k', 0xc3, 0x28];
    let text = "Grüße, 世界! 👋🏽 e\u{301}";
    println!(
        "{} bytes, {} chars, {} UTF-16 units",
        text.len(),
        text.chars().count(),
        text.encode_utf16().count()
    );
    println!(
        "{:?}",
        text.char_indices()
            .filter(|(_, c)| !c.is_ascii())
            .collect::<Vec<_>>()
    );
    println!(
        "{} | {} | {}",
        text.to_uppercase(),
        text.to_lowercase(),
        "ǅ ŒUVRE ΟΔΥΣΣΕΥΣ İ".to_lowercase()
    );
    println!("{:?} {:?}", text.get(0..3), text.get(0..4));
    println!(
        "{} {} {}",
        text.is_char_boundary(3),
        text.is_char_boundary(4),
        text.floor_char_boundary(3)
    );
    println!(
        "{:?} {:?}",
        text.find('世'),
        text.rfind(|c: char| c.is_ascii_punctuation())
    );
    println!("{}", text.escape_unicode().take(40).collect::<String>());
    println!(
        "{} {}",
        text.escape_debug(),
        "tab\t\"quote\" \u{7f}".escape_default()
    );

    println!("{:?}", "a,b,,c,".split(',').collect::<Vec<_>>());
    println!(
        "{:?}",
        "a,b,,c,".split_terminator(',').rev().collect::<Vec<_>>()
    );
    println!(
        "{:?}",
        "a1b22c333".split(char::is_numeric).collect::<Vec<_>>()
    );
    println!(
        "{:?} {:?}",
        "key=value=x".split_once('='),
        "key=value=x".rsplit_once('=')
    );
    println!("{:?}", "one two  three".splitn(3, ' ').collect::<Vec<_>>());
    println!("{:?}", "x--y--z".split_inclusive("--").collect::<Vec<_>>());
    println!("{:?}", "abcXdefXghi".rsplitn(2, 'X').collect::<Vec<_>>());
    println!("{:?}", "aXbXc".match_indices('X').collect::<Vec<_>>());
    println!(
        "{:?} {:?}",
        "\u{2003} trim \n".trim(),
        "xxabcxx".trim_matches('x')
    );
    println!(
        "{:?} {:?}",
        "prefix-body".strip_prefix("prefix-"),
        "body.rs".strip_suffix(".c")
    );
    println!(
        "{} {}",
        "banana".replace("an", "<>"),
        "banana".replacen('a', "", 2)
    );

    let mut s = String::from("héllo");
    s.insert(1, 'ß');
    s.insert_str(0, ">> ");
    println!("{s} {:?} {}", s.pop(), s.remove(4));
    s.replace_range(0..2, "«");
    s.retain(|c| c != 'l');
    println!("{s} {:?} {}", s.drain(..2).collect::<String>(), s);
    println!(
        "{:?}",
        String::from_utf8(vec![0xf0, 0x9f, 0x8e]).map_err(|e| e.to_string())
    );
    println!(
        "{}",
        String::from_utf8_lossy(&[b'a', 0xff, 0xe4, 0xb8, b'b'])
    );
    println!(
        "{:?}",
        std::str::from_utf8(&cut).map_err(|e| (e.valid_up_to(), e.error_len()))
    );
    println!("{:?}", String::from_utf16(&[0xd83d, 0xdc4b, 0x41]));
    println!(
        "{:?}",
        char::decode_utf16([0x41, 0xd800, 0x42])
            .map(|r| r.map_err(|e| e.unpaired_surrogate()))
            .collect::<Vec<_>>()
    );
    println!("{:?} {}", "b".cmp("aa"), "ß" < "z");
    println!(
        "{:?}",
        "abc".bytes().rev().map(char::from).collect::<String>()
    );
    println!("{} {}", "ab".repeat(3), ["x", "y"].concat());
    println!(
        "{:?} {}",
        "línea\r\nsegunda\n\n".lines().collect::<Vec<_>>(),
        "Straße".eq_ignore_ascii_case("STRAßE")
    );
}
