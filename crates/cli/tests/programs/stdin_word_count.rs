//@ stdin: the cat and the dog\nand the bird; The end.\n
//@ stdin: naïve café, naïve cat\n
// wc and word frequencies of what comes in on stdin.
use std::collections::BTreeMap;
use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).unwrap();
    println!(
        "{} lines {} words {} bytes {} chars",
        text.lines().count(),
        text.split_whitespace().count(),
        text.len(),
        text.chars().count()
    );

    let mut counts: BTreeMap<String, (usize, Vec<usize>)> = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        for word in line
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
        {
            let entry = counts.entry(word.to_lowercase()).or_default();
            entry.0 += 1;
            entry.1.push(number + 1);
        }
    }
    let mut ordered: Vec<_> = counts.iter().collect();
    ordered.sort_by_key(|(word, (count, _))| (std::cmp::Reverse(*count), *word));
    for (word, (count, lines)) in ordered {
        println!(
            "{word:<8}{count:>3}  {}",
            lines
                .iter()
                .map(usize::to_string)
                .collect::<Vec<_>>()
                .join(",")
        );
    }
    let longest = text
        .split_whitespace()
        .max_by_key(|w| (w.chars().count(), std::cmp::Reverse(*w)));
    println!("{longest:?}");
}
