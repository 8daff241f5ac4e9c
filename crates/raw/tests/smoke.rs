//! smoke
use jitney_memory::{Block, Code};
use jitney_raw::guard::{self, Limits};
use std::io::Write;
fn code(bytes: &[u8]) -> Code {
    let mut b = Block::new(bytes.len()).unwrap();
    b.write_all(bytes).unwrap();
    b.seal().unwrap()
}
fn run(bytes: &[u8], arg: usize) -> Result<usize, jitney_raw::Fault> {
    let c = code(bytes);
    let f: extern "C" fn(usize) -> usize = unsafe { std::mem::transmute(c.as_ptr()) };
    jitney_raw::guard::code::STUB[0]
        .store(c.as_ptr() as usize, std::sync::atomic::Ordering::Relaxed);
    jitney_raw::guard::code::STUB[1].store(
        c.as_ptr() as usize + c.len(),
        std::sync::atomic::Ordering::Relaxed,
    );
    let r = guard::call(Limits::none(), || f(arg));
    println!("{:x?} base {:p} {:?}", bytes, c.as_ptr(), r);
    r
}
#[test]
fn smoke() {
    run(&[0x48, 0x89, 0xf8, 0xc3], 5).unwrap();
    for _ in 0..3 {
        run(&[0x48, 0x8b, 0x07, 0xc3], 0x10).unwrap_err();
        run(&[0x48, 0x8b, 0x07, 0xc3], 0x8000_0000_0000_0000).unwrap_err();
        run(&[0x0f, 0x0b], 0).unwrap_err();
        run(&[0xcc], 0).unwrap_err();
        run(&[0xcd, 3], 0).unwrap_err();
        run(&[0xf1], 0).unwrap_err();
        run(&[0xff, 0xe7], 0x1000).unwrap_err();
        run(&[0xff, 0xe7], 0x8000_0000_0000_0000).unwrap_err();
        run(&[0x31, 0xd2, 0x31, 0xc9, 0xf7, 0xf1], 0).unwrap_err();
        run(&[0x50, 0xeb, 0xfd], 0).unwrap_err();
        run(&[0xe8, 0xfb, 0xff, 0xff, 0xff], 0).unwrap_err();
        run(
            &[
                0x48, 0x81, 0xec, 0, 0, 0x10, 0, 0xc6, 4, 0x24, 0, 0xeb, 0xf3,
            ],
            0,
        )
        .unwrap_err();
        run(&[0x48, 0x89, 0xfc, 0x50], 0x8000_0000_0000_0000).unwrap_err(); // rsp wild
        run(&[0x48, 0x89, 0xfc, 0x50], 0x10).unwrap_err(); // rsp wild
        run(
            &[0x9c, 0x81, 0x0c, 0x24, 0, 1, 0, 0, 0x9d, 0x90, 0x90, 0xc3],
            0,
        )
        .unwrap_err(); // TF
        run(
            &[
                0x9c, 0x81, 0x0c, 0x24, 0, 0, 4, 0, 0x9d, 0x8b, 0x44, 0x24, 0x1,
            ],
            0,
        )
        .unwrap_err(); // AC
        run(&[0xfd, 0x0f, 0x0b], 0).unwrap_err(); // std
    }
    let mut flags: usize;
    unsafe { std::arch::asm!("pushfq","pop {}", out(reg) flags) };
    println!("flags {flags:x}");
}
#[test]
fn time() {
    let c = code(&[0xeb, 0xfe]);
    let f: extern "C" fn() = unsafe { std::mem::transmute(c.as_ptr()) };
    jitney_raw::guard::code::STUB[0]
        .store(c.as_ptr() as usize, std::sync::atomic::Ordering::Relaxed);
    jitney_raw::guard::code::STUB[1].store(
        c.as_ptr() as usize + c.len(),
        std::sync::atomic::Ordering::Relaxed,
    );
    for ms in [0, 1, 2, 5, 10, 20, 50, 100, 1, 1, 1, 1] {
        let t = std::time::Instant::now();
        let r = guard::call(Limits::time(std::time::Duration::from_millis(ms)), || f());
        println!("{ms} ms {:?} {r:?}", t.elapsed());
    }
}
