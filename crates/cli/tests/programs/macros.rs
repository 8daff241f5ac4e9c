// macro_rules!: repetition, recursion, hygiene, a small language, generated items, internal rules, trailing things.
use std::collections::BTreeMap;

macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => {
        BTreeMap::from([$(($key, $value)),*])
    };
}

macro_rules! count {
    () => { 0usize };
    ($head:tt $($tail:tt)*) => { 1usize + count!($($tail)*) };
}

macro_rules! maximum {
    ($x:expr) => { $x };
    ($x:expr, $($rest:expr),+) => {{ let (a, b) = ($x, maximum!($($rest),+)); if a > b { a } else { b } }};
}

macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($field:ident : $type:ty = $default:expr),* $(,)? }) => {
        $(#[$meta])* $vis struct $name { $($field: $type),* }
        impl Default for $name {
            fn default() -> Self { $name { $($field: $default),* } }
        }
        impl $name {
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];
            $(fn $field(mut self, value: $type) -> Self { self.$field = value; self })*
        }
    };
}
record! {
    #[derive(Debug)]
    struct Server { port: u16 = 8080, host: String = "localhost".into(), tags: Vec<u8> = vec![] }
}

macro_rules! evaluate {
    (@ $stack:expr ;) => { $stack };
    (@ $stack:expr ; push $n:literal $($rest:tt)*) => {{ let mut s = $stack; s.push($n); evaluate!(@ s ; $($rest)*) }};
    (@ $stack:expr ; add $($rest:tt)*) => {{ let mut s = $stack; let (b, a) = (s.pop().unwrap(), s.pop().unwrap()); s.push(a + b); evaluate!(@ s ; $($rest)*) }};
    (@ $stack:expr ; times $n:literal { $($body:tt)* } $($rest:tt)*) => {{
        let mut s: Vec<i32> = $stack;
        for _ in 0..$n { s = evaluate!(@ s ; $($body)*); }
        evaluate!(@ s ; $($rest)*)
    }};
    ($($tokens:tt)*) => { evaluate!(@ Vec::<i32>::new() ; $($tokens)*) };
}

macro_rules! operations {
    ($($name:ident($($arg:ident),*) $body:block)*) => {
        $(fn $name($($arg: i64),*) -> i64 $body)*
        const OPERATIONS: &[(&str, usize)] = &[$((stringify!($name), count!($($arg)*))),*];
    };
}
operations! {
    zero() { 0 }
    negate(x) { -x }
    between(low, x, high) { i64::from(low <= x && x < high) }
}

macro_rules! swap_hygienic {
    ($a:ident, $b:ident) => {
        let temporary = $a;
        $a = $b;
        $b = temporary;
    };
}

macro_rules! tuple_impls {
    ($($($name:ident)+;)*) => {$(
        #[allow(non_snake_case, reason = "the names are the type parameters' too")]
        impl<$($name: Summed),+> Summed for ($($name,)+) {
            fn sum(&self) -> i64 { let ($($name,)+) = self; 0 $(+ $name.sum())+ }
        }
    )*};
}
trait Summed {
    fn sum(&self) -> i64;
}
impl Summed for i64 {
    fn sum(&self) -> i64 {
        *self
    }
}
tuple_impls! { A; A B; A B C; A B C D; }

macro_rules! kind {
    ($l:lifetime) => { "lifetime" };
    ($l:literal) => { concat!("literal ", $l) };
    ($i:ident) => { concat!("ident ", stringify!($i)) };
    ([$($t:tt)*]) => { concat!("list of ", stringify!($($t)*)) };
    ($e:expr) => { concat!("expr ", stringify!($e)) };
}

fn main() {
    println!("{:?}", map! { "one" => 1, "two" => 2, });
    println!(
        "{} {}",
        count!(a b (c d) [e] + ,),
        maximum!(3, 9 - 1, 2 * 2)
    );
    let server = Server::default().port(80).host("h".into()).tags(vec![1]);
    println!(
        "{server:?} {} {:?}",
        server.host.len() + server.tags.len() + usize::from(server.port),
        Server::FIELDS
    );
    println!("{:?}", evaluate! { push 1 times 5 { push 2 add } push 100 });
    println!(
        "{OPERATIONS:?} {} {} {}",
        zero(),
        negate(5),
        between(1, 2, 3)
    );
    let (mut x, mut y, temporary) = (1, 2, "kept");
    swap_hygienic!(x, y);
    println!("{x} {y} {temporary}");
    println!("{}", ((1, 2), (3, (4, 5, 6)), (7,), 8).sum());
    println!(
        "{} | {} | {} | {} | {}",
        kind!('a),
        kind!(1.5),
        kind!(foo),
        kind!([x y]),
        kind!(1 + 2 * x)
    );
    assert!(matches!(Some(3), Some(n) if n > 2), "never shown");
    debug_assert_eq!(1 + 1, 2);
    println!("{:?} {}", vec![0u8; 3], cfg!(debug_assertions));
    let value = dbg!(x * 10) + 1;
    println!("{value} {}", if false { todo!() } else { "done" });
}
