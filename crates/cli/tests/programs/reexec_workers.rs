// A program that starts three workers of itself and talks with them line by line over pipes.
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};

fn collatz(mut n: u64) -> u32 {
    let mut steps = 0;
    while n != 1 {
        n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 };
        steps += 1;
    }
    steps
}

fn worker(label: &str) {
    for line in io::stdin().lock().lines() {
        let n = line.unwrap().parse().unwrap();
        println!("{label}:{n}:{}", collatz(n));
        io::stdout().flush().unwrap();
    }
}

fn main() {
    if let Some(label) = env::args().nth(1) {
        return worker(&label);
    }
    let own = env::current_exe().unwrap();
    let mut workers: Vec<_> = ["a", "b", "c"]
        .into_iter()
        .map(|label| {
            let mut child = Command::new(&own)
                .arg(label)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let answers = BufReader::new(child.stdout.take().unwrap());
            (child, answers)
        })
        .collect();
    for n in 1..=12u64 {
        let (child, answers) = &mut workers[n as usize % 3];
        writeln!(child.stdin.as_mut().unwrap(), "{}", n * n + 26).unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        print!("{answer}");
    }
    for (mut child, _) in workers {
        drop(child.stdin.take());
        println!("{}", child.wait().unwrap());
    }
}
