// Every panic that core and std raise for a broken rule, caught one by one, with message and place.
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hint::black_box as b;
use std::panic::{self, UnwindSafe};
use std::time::{Duration, Instant};

fn try_it<T>(name: &str, f: impl FnOnce() -> T + UnwindSafe) {
    match panic::catch_unwind(f) {
        Ok(_) => println!("{name}: no panic"),
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            println!(
                "{name}: {:?}",
                text.or(payload.downcast_ref::<&str>().copied())
            );
        }
    }
}

fn main() {
    panic::set_hook(Box::new(|info| print!("[{}] ", info.location().unwrap())));
    try_it("add", || b(i32::MAX) + b(1));
    try_it("sub", || b(0usize) - b(1));
    try_it("mul", || b(i64::MIN) * b(-1));
    try_it("neg", || -b(i8::MIN));
    try_it("shl", || b(1u32) << b(32));
    try_it("shr", || b(1i16) >> b(-1));
    try_it("div", || b(1u8) / b(0));
    try_it("div overflow", || b(i128::MIN) / b(-1));
    try_it("rem", || b(1u64) % b(0));
    try_it("rem overflow", || b(i32::MIN) % b(-1));
    try_it("abs", || b(i32::MIN).abs());
    try_it("pow", || b(10u8).pow(3));
    try_it("ilog", || b(0u32).ilog2());
    try_it("array", || [1, 2, 3][b(3)]);
    try_it("slice from", || b(&[1, 2, 3][..])[b(4)..].len());
    try_it("slice to", || b(&[1, 2, 3][..])[..b(4)].len());
    try_it("slice order", || b(&[1, 2, 3][..])[b(2)..b(1)].len());
    try_it("slice inclusive", || {
        b(&[1, 2, 3][..])[..=b(usize::MAX)].len()
    });
    try_it("str", || b("aé")[b(2)..].len());
    try_it("str end", || b("aé")[..b(9)].len());
    try_it("split_at", || b(&[1][..]).split_at(b(2)).0.len());
    try_it("copy_from_slice", || [0; 2].copy_from_slice(b(&[1, 2, 3])));
    try_it("chunks", || b(&[1][..]).chunks(b(0)).len());
    try_it("step_by", || (0..3).step_by(b(0)).count());
    try_it("swap", || vec![1].swap(0, b(1)));
    try_it("remove", || vec![1].remove(b(1)));
    try_it("insert", || vec![1].insert(b(5), 0));
    try_it("swap_remove", || Vec::<u8>::new().swap_remove(b(0)));
    try_it("split_off", || vec![1].split_off(b(2)));
    try_it("drain", || vec![1].drain(b(2)..).count());
    try_it("capacity", || Vec::<u64>::with_capacity(b(usize::MAX)));
    try_it("deque", || VecDeque::from([1])[b(1)]);
    try_it("hash map", || HashMap::from([(1, 2)])[&b(3)]);
    try_it("btree map", || BTreeMap::from([(1, 2)])[&b(3)]);
    try_it("btree range", || {
        BTreeMap::from([(1, 2)]).range(b(3)..b(1)).count()
    });
    try_it("string remove", || String::from("é").remove(b(2)));
    try_it("string insert", || String::from("é").insert(b(1), 'x'));
    try_it("unwrap", || b(None::<u8>).unwrap());
    try_it("expect", || b(None::<u8>).expect("a number"));
    try_it("unwrap err", || b(Err::<u8, _>("why")).unwrap());
    try_it("expect_err", || b(Ok::<_, u8>(5)).expect_err("must fail"));
    try_it("borrow", || {
        let c = RefCell::new(1);
        let _a = c.borrow_mut();
        *c.borrow()
    });
    try_it("swap cell", || {
        let c = RefCell::new(1);
        let _a = c.borrow();
        c.replace(2)
    });
    try_it("char", || char::from_digit(1, b(37)));
    try_it("clamp", || b(1).clamp(b(3), b(2)));
    try_it("duration", || {
        Duration::from_secs(1) - Duration::from_secs(b(2))
    });
    try_it("duration float", || Duration::from_secs_f64(b(-1.0)));
    try_it("instant", || {
        Instant::now() + Duration::from_secs(b(u64::MAX))
    });
    try_it("sort", || {
        (0..2)
            .map(|_| b(f64::NAN).partial_cmp(&1.0).unwrap())
            .count()
    });
    try_it("unreachable", || {
        if b(true) {
            unreachable!("line {}", 5)
        }
    });
    try_it("todo", || {
        if b(true) {
            todo!()
        }
    });
    try_it("unimplemented", || {
        if b(true) {
            unimplemented!("later")
        }
    });
    try_it("assert", || assert!(b(1) > 2));
    try_it("assert_eq", || assert_eq!(b(1), 2));
    try_it("iterator sum", || [200u8, 100].iter().sum::<u8>());
    try_it("from_fn", || std::array::from_fn::<u8, 3, _>(|i| [1, 2][i]));
    try_it("fine", || b(1));
}
