use jitney_memory::Block;

fn main() {
    let mut block = Block::new(16).unwrap();
    let bytes = block.as_mut_slice();
    let code = block.seal().unwrap();
    bytes[0] = 0xc3;
    drop(code);
}
