//@ exit: 3
// main of type `!`.
fn main() -> ! {
    let mut n = 0;
    loop {
        n += 1;
        println!("{n}");
        if n == 3 {
            std::process::exit(n);
        }
    }
}
