// What the compiler says of places and names: file, line, column, module_path, type_name, Location, stringify.
use std::any::type_name;
use std::panic::Location;

mod outer {
    pub mod inner {
        pub fn path() -> &'static str {
            module_path!()
        }
        pub struct Deep<'a, T: ?Sized>(pub &'a T);
        pub trait Trait {
            fn own_name(&self) -> &'static str {
                std::any::type_name::<Self>()
            }
        }
        impl<T: ?Sized> Trait for Deep<'_, T> {}
    }
}
use outer::inner::{Deep, Trait, path};

macro_rules! here {
    () => {
        concat!(line!(), ":", column!())
    };
}

#[track_caller]
fn caller() -> &'static Location<'static> {
    Location::caller()
}

#[track_caller]
fn through() -> (u32, u32) {
    let location = caller();
    (location.line(), location.column())
}

fn untracked() -> u32 {
    caller().line()
}

struct Tracked(u32);
impl Default for Tracked {
    #[track_caller]
    fn default() -> Self {
        Tracked(Location::caller().line())
    }
}

fn name_of<T>(_: T) -> &'static str {
    type_name::<T>()
}

fn main() {
    println!("{}", file!().ends_with("places_and_names.rs"));
    println!("{} {} {}", file!(), line!(), column!());
    println!("{} {}", module_path!(), path());
    println!("{} {}", here!(), here!());
    println!("{:?} {:?} {}", through(), through(), untracked());
    println!("{} {}", caller(), caller().file() == file!());
    println!(
        "{} {}",
        Tracked::default().0,
        <Tracked as Default>::default().0
    );
    let as_pointer: fn() -> (u32, u32) = through;
    println!("{:?}", as_pointer().0 > 0);

    println!(
        "{} | {}",
        type_name::<Deep<'static, str>>(),
        Deep(&[1u8][..]).own_name()
    );
    println!(
        "{} | {}",
        type_name::<dyn Trait + Send>(),
        type_name::<Box<dyn Fn(&str) -> Option<u8>>>()
    );
    println!("{} | {}", name_of(main), name_of(|x: i32| x));
    println!("{} | {}", name_of([(1u8, "x"); 3]), name_of(Some(1..=2)));
    println!(
        "{} | {}",
        type_name::<std::collections::HashMap<String, Vec<i128>>>(),
        type_name::<*const ()>()
    );
    fn nested() -> &'static str {
        struct Inside;
        type_name::<Inside>()
    }
    println!("{}", nested());
    println!("{}", stringify!(Vec<u8> => x + 1));
    println!("{}", include_str!("places_and_names.rs").lines().count());
}
