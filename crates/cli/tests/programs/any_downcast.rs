// Any and TypeId: downcasts of boxes and references, an extension map by type, equality of ids across generics.
use std::any::{Any, TypeId, type_name, type_name_of_val};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Default)]
struct Extensions(HashMap<TypeId, Box<dyn Any + Send>>);
impl Extensions {
    fn insert<T: Send + 'static>(&mut self, value: T) -> Option<T> {
        self.0
            .insert(TypeId::of::<T>(), Box::new(value))
            .map(|old| *old.downcast().unwrap())
    }
    fn get<T: 'static>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }
    fn get_mut<T: 'static>(&mut self) -> Option<&mut T> {
        self.0.get_mut(&TypeId::of::<T>())?.downcast_mut()
    }
}

fn describe(value: &dyn Any) -> String {
    if let Some(n) = value.downcast_ref::<i32>() {
        format!("i32 {n}")
    } else if let Some(s) = value.downcast_ref::<&'static str>() {
        format!("str {s}")
    } else if let Some(s) = value.downcast_ref::<String>() {
        format!("String {s}")
    } else if value.is::<fn(i32) -> i32>() {
        "a function".into()
    } else if value.is::<[u8; 3]>() {
        "three bytes".into()
    } else {
        "unknown".into()
    }
}

#[derive(Debug, PartialEq)]
struct Local<T>(T);

fn same<A: 'static, B: 'static>() -> bool {
    TypeId::of::<A>() == TypeId::of::<B>()
}

fn main() {
    let double: fn(i32) -> i32 = |n| n * 2;
    let values: [Box<dyn Any>; 7] = [
        Box::new(5),
        Box::new("five"),
        Box::new(String::from("V")),
        Box::new(double),
        Box::new([1u8, 2, 3]),
        Box::new(5u32),
        Box::new(()),
    ];
    println!(
        "{:?}",
        values.iter().map(|v| describe(&**v)).collect::<Vec<_>>()
    );
    for value in values {
        match value.downcast::<String>() {
            Ok(s) => println!("owned {}", *s + "!"),
            Err(other) => print!("{} ", other.is::<u32>()),
        }
    }

    let mut extensions = Extensions::default();
    println!("{:?} {:?}", extensions.insert(1u8), extensions.insert(2u8));
    extensions.insert(Local("x"));
    extensions.insert(Local(7));
    if let Some(Local(n)) = extensions.get_mut::<Local<i32>>() {
        *n += 1;
    }
    println!(
        "{:?} {:?} {:?}",
        extensions.get::<Local<&str>>(),
        extensions.get::<Local<i32>>(),
        extensions.get::<Local<u8>>()
    );

    println!(
        "{} {} {}",
        same::<Vec<i32>, Vec<i32>>(),
        same::<Box<dyn Any>, Box<dyn Any + Send>>(),
        same::<u8, i8>()
    );
    println!(
        "{} {}",
        same::<fn(&'static str), for<'a> fn(&'a str)>(),
        same::<&'static str, &'static str>()
    );
    println!(
        "{} {}",
        type_name::<Local<Option<&[u8]>>>(),
        type_name_of_val(&extensions)
    );
    let arc: Arc<dyn Any + Send + Sync> = Arc::new(Local(1.5));
    println!("{:?}", arc.clone().downcast::<Local<f64>>());
    println!("{:?}", arc.downcast::<Local<f32>>().is_err());
    let rc: Rc<dyn Any> = Rc::new(vec![1]);
    println!(
        "{:?} {}",
        rc.downcast_ref::<Vec<i32>>(),
        (&rc as &dyn Any).is::<Rc<dyn Any>>()
    );
    println!(
        "{:?}",
        (Box::new('c') as Box<dyn Any>).type_id() == TypeId::of::<Box<dyn Any>>()
    );
}
