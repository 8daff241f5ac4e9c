//@ exit: 44
// An exit code above 255 keeps its low byte.
fn main() {
    println!("300 & 255 = {}", 300 & 255);
    std::process::exit(300);
}
