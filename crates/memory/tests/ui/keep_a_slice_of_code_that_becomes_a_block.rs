use jitney_memory::Block;

fn main() {
    let code = Block::new(16).unwrap().seal().unwrap();
    let bytes = code.as_slice().unwrap();
    let block = code.into_block().unwrap();
    assert_eq!(bytes[0], 0);
    drop(block);
}
