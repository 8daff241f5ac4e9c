//@ exit: 1
// main returns an Err: `Error: …` with its Debug form on stderr, exit code 1, after the locals are dropped.
#[derive(Debug)]
#[allow(dead_code, reason = "printed by Debug")]
enum Failure {
    Missing { name: String, tried: Vec<u32> },
}

struct Loud;
impl Drop for Loud {
    fn drop(&mut self) {
        println!("dropped");
    }
}

fn main() -> Result<(), Failure> {
    let _loud = Loud;
    println!("begins");
    Err(Failure::Missing {
        name: "a \"file\"".into(),
        tried: vec![1, 2],
    })
}
