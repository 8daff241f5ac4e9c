// No arguments and no stdin given: one argument (the name), and an end of file at once.
use std::io::{self, BufRead, IsTerminal, Read};

fn main() {
    println!("{} {:?}", std::env::args().count(), std::env::args().nth(1));
    let mut line = String::new();
    println!("{:?} {line:?}", io::stdin().read_line(&mut line).unwrap());
    println!("{:?}", io::stdin().lines().next().is_none());
    println!("{:?}", io::stdin().lock().fill_buf().unwrap());
    println!("{:?}", io::stdin().read(&mut [0; 4]).unwrap());
    println!(
        "{} {}",
        io::stdin().is_terminal(),
        io::stdout().is_terminal()
    );
}
