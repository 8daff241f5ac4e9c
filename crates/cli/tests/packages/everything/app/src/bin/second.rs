fn main() {
    println!("second {}", my_app::TABLE[0]);
}
