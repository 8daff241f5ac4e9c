// The order of drops: locals, fields, temporaries, arguments, moves, replaced values, partial moves, unwinding.
use std::mem;

struct D(&'static str);
impl Drop for D {
    fn drop(&mut self) {
        println!("  drop {}", self.0);
    }
}
impl D {
    fn get(&self) -> usize {
        self.0.len()
    }
}

struct Pair {
    _second_declared_first: D,
    _first: D,
}
impl Drop for Pair {
    fn drop(&mut self) {
        println!("  drop pair itself");
    }
}

fn take(_a: D, _: D, (_b, _c): (D, D)) {
    println!("  in take");
}

fn early(flag: bool) -> Option<D> {
    let _one = D("one");
    let two = D("two");
    if flag {
        return Some(two);
    }
    let _three = D("three");
    None
}

fn main() {
    println!("locals");
    {
        let _a = D("a");
        let _ = D("ignored at once");
        let _b = D("b");
        let _shadow = D("shadowed");
        let _shadow = D("shadowing");
    }
    println!("fields");
    drop(Pair {
        _second_declared_first: D("declared first"),
        _first: D("declared second"),
    });
    drop((D("tuple 0"), D("tuple 1")));
    drop(vec![D("v0"), D("v1")]);
    drop([D("array 0"), D("array 1")]);
    println!("arguments");
    take(D("p1"), D("p2"), (D("p3"), D("p4")));
    println!("temporaries");
    let n = D("temporary").get() + D("another").get();
    println!("  {n}");
    match D("in scrutinee").get() {
        n => println!("  arm {n}"),
    }
    if D("in condition").get() == 12 {
        println!("  body");
    }
    let _extended = &D("extended");
    println!("  {}", {
        let d = D("in block");
        d.get()
    });
    println!("moves");
    let x = D("moved");
    let pair = (x, D("left behind"));
    let (moved, _) = pair;
    println!("  then");
    drop(moved);
    println!("replace");
    let mut r = D("old");
    r = mem::replace(&mut r, D("new, dropped by assignment"));
    println!("  holds {}", r.0);
    let mut option = Some(D("taken"));
    drop(option.take());
    println!("  {}", option.insert(D("inserted")).0);
    option = None;
    println!("  {}", option.is_none());
    println!("early {:?}", early(true).map(|d| d.get()));
    println!("late {}", early(false).is_none());
    println!("conditionally");
    let maybe = D("maybe moved");
    if n > 5 {
        drop(maybe);
    }
    println!("loop");
    for i in 0..3 {
        let _d = D(["i0", "i1", "i2"][i]);
        if i == 1 {
            continue;
        }
        println!("  end of {i}");
    }
    println!("boxed");
    let boxed: Box<dyn std::any::Any> = Box::new(D("boxed"));
    drop(boxed);
    mem::forget(D("forgotten"));
    let _keeps = mem::ManuallyDrop::new(D("manual"));
    println!("unwinding");
    let outcome = std::panic::catch_unwind(|| {
        let _outer = D("outer");
        let _v = vec![D("w0"), D("w1")];
        std::panic::resume_unwind(Box::new(D("payload")));
    });
    println!("caught {}", outcome.as_ref().unwrap_err().is::<D>());
    drop(outcome);
    println!("end of main");
}
