use jitney_memory::Block;

fn main() {
    let code = Block::new(16).unwrap().seal().unwrap();
    code.as_slice().unwrap()[0] = 0xc3;
}
