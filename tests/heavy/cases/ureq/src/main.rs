//! The ordinary program that the loaded code is compared with.

fn main() {
    print!("{}", heavy_ureq::report());
}
