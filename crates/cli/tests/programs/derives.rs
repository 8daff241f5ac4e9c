// What the derives make: PartialEq, Ord, Hash, Clone, Default, Debug, on structs, tuples, enums and generics.
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
enum Rank {
    Low = 10,
    #[default]
    Middle = 5,
    High = 7,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
struct Card<'a> {
    rank: Rank,
    name: &'a str,
    tags: Vec<(u8, Option<char>)>,
}

#[derive(Debug, Clone, PartialEq, PartialOrd, Default)]
struct Point<T>(T, T);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Tree<T> {
    Leaf,
    Value(T),
    Node {
        left: Box<Tree<T>>,
        right: Box<Tree<T>>,
    },
}

struct Counting(std::rc::Rc<std::cell::Cell<u32>>);
impl Clone for Counting {
    fn clone(&self) -> Self {
        self.0.set(self.0.get() + 1);
        Counting(self.0.clone())
    }
}
#[derive(Clone)]
struct Holder {
    _a: Counting,
    _b: [Counting; 2],
    _c: Option<Counting>,
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn main() {
    // Order is by discriminant, not by place in the source.
    println!(
        "{:?} {:?} {}",
        Rank::Low.cmp(&Rank::High),
        Rank::Low as i32,
        Rank::default() < Rank::High
    );
    let a = Card {
        name: "ace",
        tags: vec![(1, Some('x')), (2, None)],
        ..Card::default()
    };
    let b = Card {
        tags: vec![(1, Some('x')), (2, Some('a'))],
        ..a.clone()
    };
    println!(
        "{a:?}\n{:?} {} {}",
        a.cmp(&b),
        a == b.clone(),
        a != Card::default()
    );
    println!(
        "{:?}",
        [&b, &a, &Card::default()]
            .into_iter()
            .collect::<BTreeSet<_>>()
            .iter()
            .map(|c| c.tags.len())
            .collect::<Vec<_>>()
    );
    println!(
        "{:?} {:?}",
        Point(1.0, f64::NAN).partial_cmp(&Point(1.0, 2.0)),
        Point(0.5, f64::NAN).partial_cmp(&Point(1.0, 0.0))
    );
    println!(
        "{:?} {}",
        Point::<String>::default(),
        Point("a", "b") < Point("a", "c")
    );

    let leaf = || Box::new(Tree::Leaf);
    let trees = [
        Tree::Node {
            left: Box::new(Tree::Value(2)),
            right: leaf(),
        },
        Tree::Node {
            left: leaf(),
            right: Box::new(Tree::Value(9)),
        },
        Tree::Value(5),
        Tree::Value(-5),
        Tree::Leaf,
    ];
    let mut sorted = trees.clone();
    sorted.sort();
    println!("{sorted:?}");
    println!(
        "{:?}",
        trees[0].partial_cmp(&trees[1]) == Some(Ordering::Greater)
    );
    println!(
        "{:?}",
        trees.iter().chain(&sorted).collect::<HashSet<_>>().len()
    );
    println!(
        "{:016x} {:016x} {:016x}",
        hash(&a),
        hash(&trees[0]),
        hash(&Rank::High)
    );
    println!("{}", hash(&Tree::<u8>::Leaf) == hash(&Tree::<String>::Leaf));

    let count = std::rc::Rc::new(std::cell::Cell::new(0));
    let one = || Counting(count.clone());
    let holder = Holder {
        _a: one(),
        _b: [one(), one()],
        _c: Some(one()),
    };
    let copies = vec![holder; 3];
    println!("{} {}", count.get(), copies.len());
    println!(
        "{:?} {:?}",
        Rank::Low.max(Rank::High),
        (1, "b", 2.5) < (1, "b", 3.0)
    );
    println!("{:?}", Ord::clamp(Rank::High, Rank::Middle, Rank::Low));
}
