// Trait objects: in boxes, references and Rc; defaults, generic methods kept out, supertraits' upcasts, drops by vtable.
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::rc::Rc;

trait Named {
    fn name(&self) -> String;
    fn shout(&self) -> String {
        self.name().to_uppercase()
    }
}

trait Shape: Named + Debug + Any {
    fn area(&self) -> f64;
    fn scale(&mut self, by: f64);
    fn boxed_clone(&self) -> Box<dyn Shape>;
    fn sides() -> u32
    where
        Self: Sized;
}

#[derive(Debug, Clone)]
struct Square(f64);
#[derive(Debug, Clone)]
struct Circle {
    radius: f64,
}

impl Named for Square {
    fn name(&self) -> String {
        format!("square of {}", self.0)
    }
}
impl Named for Circle {
    fn name(&self) -> String {
        "circle".into()
    }
    fn shout(&self) -> String {
        "CIRCLE!".into()
    }
}
impl Shape for Square {
    fn sides() -> u32 {
        4
    }
    fn area(&self) -> f64 {
        self.0 * self.0
    }
    fn scale(&mut self, by: f64) {
        self.0 *= by;
    }
    fn boxed_clone(&self) -> Box<dyn Shape> {
        Box::new(self.clone())
    }
}
impl Shape for Circle {
    fn sides() -> u32 {
        0
    }
    fn area(&self) -> f64 {
        self.radius.powi(2) * 3.0
    }
    fn scale(&mut self, by: f64) {
        self.radius *= by;
    }
    fn boxed_clone(&self) -> Box<dyn Shape> {
        Box::new(self.clone())
    }
}
impl Drop for Circle {
    fn drop(&mut self) {
        println!("drop circle {}", self.radius);
    }
}

fn describe(item: &dyn Named) -> String {
    format!("{} / {}", item.name(), item.shout())
}

fn main() {
    let mut shapes: Vec<Box<dyn Shape>> =
        vec![Box::new(Square(2.0)), Box::new(Circle { radius: 1.0 })];
    shapes.extend(shapes.iter().map(|s| s.boxed_clone()).collect::<Vec<_>>());
    for shape in &mut shapes[1..3] {
        shape.scale(3.0);
    }
    for shape in &shapes {
        println!("{shape:?} {} {}", shape.area(), describe(shape.as_ref()));
    }
    println!("{} {}", Square::sides(), <Circle as Shape>::sides());
    let upcast: Box<dyn Any> = shapes.remove(1);
    println!(
        "{:?} {}",
        upcast.downcast_ref::<Circle>().map(|c| c.radius),
        upcast.is::<Square>()
    );
    drop(upcast);
    let rc: Rc<dyn Shape> = Rc::from(shapes.pop().unwrap());
    let debug: Rc<dyn Debug> = rc.clone();
    println!("{debug:?} {}", Rc::strong_count(&rc));
    println!("{} {}", size_of_val(&*rc), align_of_val(rc.as_ref()));

    type Operation = Box<dyn Fn(f64, f64) -> f64>;
    let operations: BTreeMap<&str, Operation> = [
        ("add", Box::new(|a, b| a + b) as Operation),
        ("pow", Box::new(f64::powf)),
        ("first", Box::new(|a, _| a)),
    ]
    .into();
    println!(
        "{:?}",
        operations
            .iter()
            .map(|(k, f)| format!("{k}={}", f(2.0, 5.0)))
            .collect::<Vec<_>>()
    );
    let displays: [&dyn Display; 4] = [&1, &"two", &3.5, &'4'];
    println!("{}", displays.map(|d| format!("{d:>4}")).concat());
}
