use super::*;
use crate::isolate::{Limits, Renew};
use super::run::{Work, Registers, SharedBytes};

struct Codes { codes: Vec<Vec<u8>>, arg: u64, out: Vec<String> }
impl Work for Codes {
    fn job(&mut self, index: usize) -> Option<Job<'_>> { self.codes.get(index).map(|code| Job { code, data: &[] }) }
    fn load(&mut self, _: usize, data: u64) -> Registers { let mut r = Registers::default(); r.integers[4] = self.arg; r.integers[5]=data; r }
    fn done(&mut self, index: usize, outcome: Outcome, _: SharedBytes) {
        assert_eq!(index, self.out.len());
        self.out.push(match outcome { Outcome::Returned(r) => format!("ret {}", r.integers[0]), other => format!("{other:x?}") });
    }
}

#[test]
fn first() {
    let mut w = Worker::new(&Limits::default().time(std::time::Duration::from_millis(5))).unwrap();
    println!("{} pid {:?}", w.protections(), w.pid());
    let mut work = Codes { arg: 41, out: vec![], codes: vec![
        vec![0x48, 0x8d, 0x47, 1, 0xc3],
        vec![0xcc], vec![0x90], vec![0x0f, 0x0b], vec![0x0f,0x05], vec![0xcd,0x80], vec![0x31,0xc0,0xc3],
        vec![0xeb,0xfe], vec![0x48, 0x8d, 0x47, 2, 0xc3], vec![0x50, 0xeb, 0xfd], vec![0x48,0x31,0xe4,0xc3], vec![0xf4], vec![0x31,0xc9,0xf7,0xf1],
        vec![0x48, 0x8d, 0x47, 3, 0xc3],
    ]};
    w.run(Renew::WhenLost, &mut work).unwrap();
    println!("{:#?}", work.out);
    let t = std::time::Instant::now();
    for _ in 0..10000 { work.out.clear(); work.codes = vec![vec![0x48, 0x8d, 0x47, 3, 0xc3]]; w.run(Renew::WhenLost, &mut work).unwrap(); }
    println!("{:?} single", t.elapsed() / 10000);
    work.out.clear(); work.codes = vec![vec![0x48, 0x8d, 0x47, 3, 0xc3]; 100000];
    let t = std::time::Instant::now();
    w.run(Renew::WhenLost, &mut work).unwrap();
    println!("{:?} each", t.elapsed() / 100000);
    work.out.clear(); work.codes = vec![vec![0x48, 0x8d, 0x47, 3, 0xc3]; 1000];
    let t = std::time::Instant::now();
    w.run(Renew::EachEvaluation, &mut work).unwrap();
    println!("{:?} fresh each", t.elapsed() / 1000);
}
