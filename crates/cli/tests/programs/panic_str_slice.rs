//@ exit: 101
// A string cut inside a character.
fn main() {
    let text = String::from("naïve");
    for end in 0..=text.len() {
        println!("{:?}", &text[..end]);
    }
}
