// Generics: associated types and consts, GATs, blanket impls, specialising by trait, higher-ranked bounds, monomorphs.
use std::collections::{BTreeMap, VecDeque};
use std::fmt::{Debug, Display};
use std::iter::Sum;
use std::ops::{Add, Mul};

trait Container {
    type Item;
    type Iter<'a>: Iterator<Item = &'a Self::Item>
    where
        Self: 'a;
    const KIND: &'static str;
    const WIDTH: usize = size_of::<Self::Item>();
    fn items(&self) -> Self::Iter<'_>;
    fn largest(&self) -> Option<&Self::Item>
    where
        Self::Item: Ord,
    {
        self.items().max()
    }
}

impl<T> Container for Vec<T> {
    type Item = T;
    type Iter<'a>
        = std::slice::Iter<'a, T>
    where
        T: 'a;
    const KIND: &'static str = "vec";
    fn items(&self) -> Self::Iter<'_> {
        self.iter()
    }
}
impl<K: Ord, V> Container for BTreeMap<K, V> {
    type Item = V;
    type Iter<'a>
        = std::collections::btree_map::Values<'a, K, V>
    where
        K: 'a,
        V: 'a;
    const KIND: &'static str = "map";
    const WIDTH: usize = size_of::<(K, V)>();
    fn items(&self) -> Self::Iter<'_> {
        self.values()
    }
}

trait Describe {
    fn describe(&self) -> String;
}
impl<T: Display + ?Sized> Describe for T {
    fn describe(&self) -> String {
        format!("«{self}»")
    }
}

fn report<C: Container>(c: &C) -> String
where
    C::Item: Ord + Debug,
{
    format!(
        "{} {} {:?} {}",
        C::KIND,
        C::WIDTH,
        c.largest(),
        c.items().count()
    )
}

fn dot<'a, T>(a: &'a [T], b: &'a [T]) -> T
where
    T: Sum<<&'a T as Mul>::Output>,
    &'a T: Mul,
{
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn twice<F>(f: F) -> impl Fn(&str) -> String
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    move |s| format!("{}{}", f(s), f(s))
}

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Meters<T>(T);
impl<T: Add<Output = T>> Add for Meters<T> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Meters(self.0 + other.0)
    }
}

fn fold_all<T: Add<Output = T> + Copy>(first: T, rest: &[T]) -> T {
    rest.iter().fold(first, |a, b| a + *b)
}

fn convert<T, U: From<T>>(items: impl IntoIterator<Item = T>) -> VecDeque<U> {
    items.into_iter().map(U::from).collect()
}

fn main() {
    println!("{}", report(&vec![3u16, 9, 4]));
    println!("{}", report(&BTreeMap::from([("a", 'x'), ("b", 'é')])));
    println!("{} {} {}", 5.describe(), "str".describe(), 'c'.describe());
    println!("{} {}", dot(&[1, 2, 3], &[4, 5, 6]), dot(&[0.5f32], &[8.0]));
    println!("{}", twice(str::trim)("  padded "));
    println!(
        "{:?} {}",
        fold_all(Meters(1.5), &[Meters(2.0), Meters(0.25)]),
        fold_all(1u64, &[2, 3])
    );
    println!(
        "{:?} {:?}",
        convert::<u8, u32>([1, 2]),
        convert::<_, String>(["a", "b"])
    );
    println!("{:?}", Meters(1) < Meters(2));
    println!(
        "{} {}",
        <Vec<[u64; 3]> as Container>::WIDTH,
        <BTreeMap<u8, u8>>::KIND
    );
}
