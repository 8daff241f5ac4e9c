// catch_unwind and resume_unwind: payloads of many types, rethrown, nested, dropped, with values from the good ends.
use std::any::Any;
use std::panic::{self, AssertUnwindSafe, catch_unwind, resume_unwind};

fn kind(payload: &(dyn Any + Send)) -> String {
    if let Some(s) = payload.downcast_ref::<&'static str>() {
        format!("&str {s:?}")
    } else if let Some(s) = payload.downcast_ref::<String>() {
        format!("String {s:?}")
    } else if let Some(n) = payload.downcast_ref::<u64>() {
        format!("u64 {n}")
    } else if let Some(v) = payload.downcast_ref::<Vec<Box<dyn Fn() -> i32 + Send>>>() {
        format!("closures {:?}", v.iter().map(|f| f()).collect::<Vec<_>>())
    } else if let Some(inner) = payload.downcast_ref::<Box<dyn Any + Send>>() {
        format!("boxed {}", kind(inner.as_ref()))
    } else {
        "unknown".into()
    }
}

struct Loud(u8);
impl Drop for Loud {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

fn main() {
    panic::set_hook(Box::new(|_| println!("hook")));
    let throws: Vec<(&str, fn())> = vec![
        ("literal", || panic!("literal")),
        ("formatted", || panic!("formatted {}", 1 + 1)),
        ("u64", || panic::panic_any(7u64)),
        ("closures", || {
            let n = 20;
            panic::panic_any(vec![
                Box::new(move || n * 2) as Box<dyn Fn() -> i32 + Send>,
                Box::new(|| 1),
            ])
        }),
        ("unit", || panic::panic_any(())),
        ("boxed", || {
            panic::panic_any(Box::new("inside") as Box<dyn Any + Send>)
        }),
        ("quiet", || resume_unwind(Box::new("no hook"))),
    ];
    for (name, throw) in throws {
        let payload = catch_unwind(throw).unwrap_err();
        println!("{name}: {}", kind(&*payload));
    }

    let mut log = vec![];
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        log.push("outer begins");
        let inner = catch_unwind(AssertUnwindSafe(|| {
            log.push("inner");
            panic!("first");
        }));
        log.push("between");
        let mut payload = inner.unwrap_err();
        if let Some(s) = payload.downcast_mut::<&str>() {
            *s = "changed";
        }
        resume_unwind(payload)
    }));
    println!("{log:?} {}", kind(&*outcome.map(|()| ()).unwrap_err()));
    println!("{:?}", catch_unwind(|| "value".len()).ok());

    let dropped = catch_unwind(|| {
        let _a = Loud(1);
        resume_unwind(Box::new(Loud(2)));
    });
    println!("caught");
    drop(dropped);

    fn recurse(n: u32) -> u32 {
        match catch_unwind(|| {
            if n == 0 {
                panic::panic_any(0u64)
            } else {
                recurse(n - 1)
            }
        }) {
            Ok(depth) => depth + 1,
            Err(_) => 0,
        }
    }
    println!("{}", recurse(50));
    let count = (0..1000u64)
        .filter(|n| {
            catch_unwind(|| {
                if n % 3 == 0 {
                    resume_unwind(Box::new(*n))
                }
            })
            .is_err()
        })
        .count();
    println!("{count}");
}
