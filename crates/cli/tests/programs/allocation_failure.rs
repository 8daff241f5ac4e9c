//@ signal: 6
// More memory than there can be: try_reserve says so, with_capacity ends the process with a message.
fn main() {
    let size = std::hint::black_box(1usize << 62);
    let mut bytes: Vec<u8> = Vec::new();
    println!("{}", bytes.try_reserve(size).unwrap_err());
    println!("{:?}", bytes.try_reserve(1).is_ok());
    let all = Vec::<u8>::with_capacity(size);
    println!("not reached, {}", all.capacity());
}
