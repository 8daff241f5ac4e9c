// Upcasting through a diamond of traits, by reference, box and Arc; vtables of generic and unsized kinds.
use std::any::{Any, TypeId};
use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::sync::Arc;

trait Base {
    fn base(&self) -> u32;
}
trait Left: Base {
    fn left(&self) -> String {
        format!("left {}", self.base())
    }
}
trait Right: Base {
    fn right(&self) -> String {
        format!("right {}", self.base() * 2)
    }
}
trait Bottom: Left + Right + Debug + Send + Sync {
    fn bottom(self: Box<Self>) -> (u32, String);
}

#[derive(Debug)]
struct Thing<T>(T, u32);
impl<T> Base for Thing<T> {
    fn base(&self) -> u32 {
        self.1 + size_of::<T>() as u32
    }
}
impl<T> Left for Thing<T> {}
impl<T> Right for Thing<T> {
    fn right(&self) -> String {
        format!("own right {}", self.1)
    }
}
impl<T: Debug + Send + Sync> Bottom for Thing<T> {
    fn bottom(self: Box<Self>) -> (u32, String) {
        (self.1, format!("{:?}", self.0))
    }
}

#[derive(Debug)]
struct Wrapped(Box<dyn Error + Send + Sync>);
impl Display for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wrapped")
    }
}
impl Error for Wrapped {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

fn via_base(items: &[&dyn Base]) -> u32 {
    items.iter().map(|b| b.base()).sum()
}

fn main() {
    let things: Vec<Box<dyn Bottom>> = vec![
        Box::new(Thing(1u8, 10)),
        Box::new(Thing("text", 20)),
        Box::new(Thing([0u64; 4], 30)),
    ];
    for thing in &things {
        let left: &dyn Left = &**thing;
        let right: &dyn Right = &**thing;
        let (one, two): (&dyn Base, &dyn Base) = (left, right);
        println!(
            "{} | {} | {} {}",
            left.left(),
            right.right(),
            one.base(),
            two.base()
        );
    }
    println!(
        "{}",
        via_base(&things.iter().map(|t| &**t as &dyn Base).collect::<Vec<_>>())
    );
    let debug: Box<dyn Debug> = things
        .into_iter()
        .next_back()
        .map(|t| t as Box<dyn Debug>)
        .unwrap();
    println!("{debug:?}");

    let arc: Arc<dyn Bottom> = Arc::new(Thing(vec![1.5], 7));
    let base: Arc<dyn Base> = arc.clone();
    println!(
        "{} {}",
        std::thread::spawn(move || arc.left()).join().unwrap(),
        base.base()
    );
    println!(
        "{:?}",
        (Box::new(Thing('x', 1)) as Box<dyn Bottom>).bottom()
    );

    let error: Box<dyn Error + Send + Sync> = Box::new(Wrapped("inner words".into()));
    let plain: Box<dyn Error> = error;
    println!("{plain} <- {:?}", plain.source().map(ToString::to_string));
    println!("{:?}", plain.downcast::<Wrapped>().map(|w| w.0.to_string()));
    let any: &(dyn Any + Send) = &5u16;
    println!(
        "{:?} {}",
        any.downcast_ref::<u16>(),
        any.type_id() == TypeId::of::<u16>()
    );
    let slice: Box<[u16]> = Box::new([1, 2, 3]);
    let unsized_any: &dyn Debug = &slice;
    println!("{unsized_any:?} {}", size_of_val(unsized_any));
}
