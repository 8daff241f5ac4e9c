use std::io::Write;

use jitney_memory::Block;

fn main() {
    let mut block = Block::new(16).unwrap();
    let code = block.seal().unwrap();
    block.write_all(&[0xc3]).unwrap();
    drop(code);
}
