//@ exit: 101
// expect on an Err whose Debug form is printed with the message.
#[derive(Debug)]
#[allow(dead_code, reason = "printed by Debug")]
struct Refused {
    code: u32,
    why: Option<&'static str>,
}

fn ask(n: u32) -> Result<u32, Refused> {
    if n < 3 {
        Ok(n)
    } else {
        Err(Refused {
            code: n,
            why: Some("too many"),
        })
    }
}

fn main() {
    for n in 0.. {
        println!("{}", ask(n).expect("the answer"));
    }
}
