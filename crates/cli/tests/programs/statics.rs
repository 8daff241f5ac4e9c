// Statics: constant, mutable, with interior mutability, with pointers to one another, large and zeroed, in generics.
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::SeqCst};
use std::sync::{LazyLock, Mutex, RwLock};

static TABLE: [(&str, fn(i32) -> i32); 3] = [
    ("double", double),
    ("negate", |n| -n),
    ("same", std::convert::identity),
];
static ZEROED: [u64; 20_000] = [0; 20_000];
static mut LARGE: [u32; 50_000] = [7; 50_000];
static mut TINY: u8 = 0xAB;
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());
static SETTINGS: RwLock<Option<&'static str>> = RwLock::new(None);
static ARGS: LazyLock<usize> = LazyLock::new(|| std::env::args().count());
static CURRENT: AtomicPtr<Node> = AtomicPtr::new((&raw const LAST).cast_mut());

struct Node {
    value: u32,
    next: Option<&'static Node>,
}
static FIRST: Node = Node {
    value: 1,
    next: Some(&MIDDLE),
};
static MIDDLE: Node = Node {
    value: 2,
    next: Some(&LAST),
};
static LAST: Node = Node {
    value: 3,
    next: None,
};
static SELF: Cyclic = Cyclic {
    me: &SELF,
    shape: &Square(3.0),
};

struct Cyclic {
    me: &'static Cyclic,
    shape: &'static (dyn Shape + Sync),
}
trait Shape {
    fn area(&self) -> f64;
}
struct Square(f64);
impl Shape for Square {
    fn area(&self) -> f64 {
        self.0 * self.0
    }
}

struct Racy(UnsafeCell<[u16; 3]>);
// SAFETY: one thread alone uses it.
unsafe impl Sync for Racy {}
static RACY: Racy = Racy(UnsafeCell::new([1, 2, 3]));
const CONST_VEC: Vec<u8> = Vec::new();
static STATIC_CELL: AtomicUsize = AtomicUsize::new(5);

fn double(n: i32) -> i32 {
    n * 2
}

fn calls<T>() -> usize {
    // One static for all the types: a static in a generic function is not generic.
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    CALLS.fetch_add(1, SeqCst)
}

trait Named {
    const NAME: &'static str;
    const TABLE: &'static [&'static str] = &[Self::NAME, "shared"];
}
impl Named for u8 {
    const NAME: &'static str = "byte";
}
impl Named for String {
    const NAME: &'static str = "string";
    const TABLE: &'static [&'static str] = &["own"];
}

fn main() {
    println!("{:?}", TABLE.map(|(name, f)| format!("{name} {}", f(21))));
    println!("{} {}", ZEROED.iter().sum::<u64>(), ZEROED.len());
    // SAFETY: one thread.
    unsafe {
        LARGE[49_999] = 100;
        TINY = TINY.wrapping_mul(3);
        println!("{} {}", (*&raw const LARGE).iter().sum::<u32>(), { TINY });
        (*RACY.0.get())[1] *= 50;
        println!("{:?}", *RACY.0.get());
    }
    std::thread::scope(|s| {
        s.spawn(|| NAMES.lock().unwrap().push("from a thread".into()));
    });
    NAMES.lock().unwrap().push("from main".into());
    println!("{:?} {:?}", NAMES.lock().unwrap(), SETTINGS.read().unwrap());
    *SETTINGS.write().unwrap() = Some("set");
    println!("{:?} {}", *SETTINGS.read().unwrap(), *ARGS);
    println!(
        "{:?}",
        std::iter::successors(Some(&FIRST), |n| n.next)
            .map(|n| n.value)
            .collect::<Vec<_>>()
    );
    // SAFETY: the pointer is that of a static.
    println!("{}", unsafe { (*CURRENT.load(SeqCst)).value });
    println!(
        "{} {}",
        SELF.me.me.shape.area(),
        std::ptr::eq(SELF.me, &SELF)
    );
    let mut copy = CONST_VEC;
    copy.push(9);
    STATIC_CELL.store(9, SeqCst);
    println!("{copy:?} {CONST_VEC:?} {STATIC_CELL:?}");
    println!("{} {} {}", calls::<u8>(), calls::<String>(), calls::<u8>());
    println!("{:?} {:?}", u8::TABLE, String::TABLE);
}
