//@ exit: 101
// A payload that is no text, in main: the message says only that.
#[derive(Debug)]
struct Payload {
    code: i32,
}

fn main() {
    let caught = std::panic::catch_unwind(|| std::panic::panic_any(Payload { code: 3 }));
    let payload = caught.unwrap_err().downcast::<Payload>().unwrap();
    println!("{payload:?} {}", payload.code);
    std::panic::panic_any(payload);
}
