//@ signal: 6
// A panic that would leave an extern "C" function aborts; one through "C-unwind" does not.
extern "C-unwind" fn may_unwind(n: i32) -> i32 {
    if n > 2 { std::panic::panic_any(n) } else { n }
}

extern "C" fn may_not(n: i32) -> i32 {
    if n > 2 {
        panic!("n is {n}");
    }
    n
}

fn main() {
    println!("{} {}", may_unwind(1), may_not(2));
    std::panic::set_hook(Box::new(|info| eprintln!("hook: {info}")));
    println!(
        "{:?}",
        std::panic::catch_unwind(|| may_unwind(7)).map_err(|e| e.downcast::<i32>().ok())
    );
    println!("last line");
    let _ = std::panic::catch_unwind(|| may_not(3));
    println!("not reached");
}
