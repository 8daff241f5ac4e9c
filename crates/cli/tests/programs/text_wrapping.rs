// Text wrapped to a width, justified, centred and put in columns.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().unwrap();
        let needed = line.chars().count() + word.chars().count() + usize::from(!line.is_empty());
        if needed > width && !line.is_empty() {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

fn justify(line: &str, width: usize) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let [first, rest @ ..] = words.as_slice() else {
        return String::new();
    };
    if rest.is_empty() {
        return (*first).to_owned();
    }
    let blanks = width - words.iter().map(|w| w.chars().count()).sum::<usize>();
    let mut out = (*first).to_owned();
    for (i, word) in rest.iter().enumerate() {
        let gap = blanks / rest.len() + usize::from(i < blanks % rest.len());
        out += &" ".repeat(gap);
        out += word;
    }
    out
}

fn main() {
    let text = "Ce qui se conçoit bien s'énonce clairement, et les mots pour le dire arrivent aisément. \
                Hâtez-vous lentement, et sans perdre courage, vingt fois sur le métier remettez votre ouvrage.";
    for width in [24, 40] {
        let lines = wrap(text, width);
        println!("+{:-<width$}+", "");
        for (i, line) in lines.iter().enumerate() {
            let shown = if i + 1 == lines.len() {
                line.clone()
            } else {
                justify(line, width)
            };
            println!("|{shown:<width$}|");
        }
        println!("+{:=^width$}+", " end ");
    }
    for (item, price) in [("apples", 1.5), ("crème brûlée", 12.25), ("tea", 100.0)] {
        println!(
            "{item:.<20}{price:>8.2} {:^7}|{:+e}",
            item.chars().count(),
            price
        );
    }
    println!("{:?}", wrap("", 5));
    println!("{:?}", wrap("extraordinarily long", 5));
}
