// Closures: the three kinds, boxed, returned, stored, recursive through a table, memoised, as callbacks and fn pointers.
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

fn compose<A, B, C>(f: impl Fn(A) -> B, g: impl Fn(B) -> C) -> impl Fn(A) -> C {
    move |x| g(f(x))
}

fn counter(start: i32) -> impl FnMut() -> i32 {
    let mut n = start;
    move || {
        n += 1;
        n
    }
}

fn curry(a: i32) -> Box<dyn Fn(i32) -> Box<dyn Fn(i32) -> i32>> {
    Box::new(move |b| Box::new(move |c| a * 100 + b * 10 + c))
}

fn memoised<A: std::hash::Hash + Eq + Clone, B: Clone>(
    f: impl Fn(&dyn Fn(A) -> B, A) -> B,
) -> impl Fn(A) -> B {
    let cache = RefCell::new(HashMap::new());
    fn step<A: std::hash::Hash + Eq + Clone, B: Clone>(
        f: &dyn Fn(&dyn Fn(A) -> B, A) -> B,
        cache: &RefCell<HashMap<A, B>>,
        a: A,
    ) -> B {
        if let Some(known) = cache.borrow().get(&a) {
            return known.clone();
        }
        let value = f(&|a| step(f, cache, a), a.clone());
        cache.borrow_mut().insert(a, value.clone());
        value
    }
    move |a| step(&f, &cache, a)
}

#[derive(Default)]
struct Button<'a> {
    handlers: Vec<Box<dyn FnMut(&str) -> bool + 'a>>,
}
impl<'a> Button<'a> {
    fn on(&mut self, f: impl FnMut(&str) -> bool + 'a) -> &mut Self {
        self.handlers.push(Box::new(f));
        self
    }
    fn press(&mut self, what: &str) -> usize {
        self.handlers
            .iter_mut()
            .filter_map(|h| h(what).then_some(()))
            .count()
    }
}

struct Noisy(&'static str);
impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

fn main() {
    let words = compose(
        |n: u32| n * n,
        compose(|n: u32| n.to_string(), |s: String| s.len()),
    );
    println!("{} {}", words(9), words(1000));
    let (mut a, mut b) = (counter(0), counter(10));
    println!("{} {} {} {}", a(), a(), b(), a());
    println!("{}", curry(1)(2)(3));
    let fibonacci =
        memoised(|this: &dyn Fn(u64) -> u64, n| if n < 2 { n } else { this(n - 1) + this(n - 2) });
    println!("{} {}", fibonacci(80), fibonacci(10));

    let (log, mut presses) = (Rc::new(RefCell::new(Vec::new())), 0);
    let shared = Rc::clone(&log);
    let mut button = Button::default();
    button
        .on(|_| {
            presses += 1;
            true
        })
        .on(move |w| {
            shared.borrow_mut().push(w.to_owned());
            w.len() > 2
        });
    println!("{} {}", button.press("hello"), button.press("hi"));
    drop(button);
    println!("{presses} {:?} {}", log.borrow(), Rc::strong_count(&log));

    let table: [(&str, fn(f64) -> f64); 3] = [
        ("abs", f64::abs),
        ("double", |x| x * 2.0),
        ("neg", std::ops::Neg::neg),
    ];
    println!("{:?}", table.map(|(name, f)| format!("{name}:{}", f(-1.5))));
    let noisy = Noisy("captured");
    let once: Box<dyn FnOnce() -> usize> = Box::new(move || noisy.0.len());
    println!("calling");
    println!("{}", once());
    let unused = Noisy("never called");
    let f = move || {
        let _own = &unused;
    };
    println!("{} {}", size_of_val(&f), size_of_val(&|| ()));
    drop(f);
    let mut sorters: Vec<(&str, Box<dyn Fn(&i32, &i32) -> std::cmp::Ordering>)> =
        vec![("up", Box::new(Ord::cmp))];
    sorters.push(("down", Box::new(|a, b| b.cmp(a))));
    for (name, sorter) in &sorters {
        let mut v = [3, 1, 2];
        v.sort_by(sorter);
        println!("{name} {v:?}");
    }
    let mut state = vec![1];
    let mut change = || state.extend_from_slice(&[2, 3]);
    change();
    change();
    println!("{state:?}");
}
