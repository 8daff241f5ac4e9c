// A panic in a drop: at the end of a scope, in a vector's middle, in a field; the other drops still run.
use std::panic::{self, AssertUnwindSafe};

struct Bomb(&'static str, bool);
impl Drop for Bomb {
    fn drop(&mut self) {
        println!("drop {}", self.0);
        if self.1 {
            panic!("{} went off", self.0);
        }
    }
}

struct Holder {
    _a: Bomb,
    _b: Bomb,
    _c: Bomb,
}

fn caught(name: &str, f: impl FnOnce()) {
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    let text = result
        .as_ref()
        .map_err(|e| e.downcast_ref::<String>().cloned());
    println!("{name}: {text:?}, panicking {}", std::thread::panicking());
}

fn main() {
    caught("scope", || {
        let _before = Bomb("before", false);
        let _bomb = Bomb("bomb", true);
        let _after = Bomb("after", false);
    });
    caught("vec", || {
        drop(vec![Bomb("v0", false), Bomb("v1", true), Bomb("v2", false)])
    });
    caught("fields", || {
        drop(Holder {
            _a: Bomb("a", true),
            _b: Bomb("b", false),
            _c: Bomb("c", false),
        })
    });
    caught("box", || {
        drop(Box::new(Bomb("boxed", true)) as Box<dyn std::any::Any>)
    });
    caught("assignment", || {
        let mut slot = Bomb("old", true);
        println!("holds {}", slot.0);
        slot = Bomb("new", false);
        println!("not reached, {}", slot.0);
    });
    caught("truncate", || {
        let mut v: Vec<Bomb> = ["t0", "t1", "t2", "t3"].map(|n| Bomb(n, n == "t2")).into();
        v.truncate(1);
        println!("not reached");
    });
    caught("temporary", || {
        println!("{}", Bomb("temporary", true).0.len())
    });
    caught("caught inside", || {
        let _outer = Bomb("outer", false);
        caught("inner", || drop(Bomb("inner bomb", true)));
    });
    let thread = std::thread::spawn(|| drop(Bomb("in thread", true)));
    println!(
        "{:?}",
        thread.join().map_err(|e| e.downcast::<String>().ok())
    );
}
