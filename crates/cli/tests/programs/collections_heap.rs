// BinaryHeap: a scheduler with reversed and derived orders, the k smallest, a running median, heap sort.
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

#[derive(Debug, PartialEq, Eq)]
struct Task {
    priority: u8,
    deadline: u32,
    name: &'static str,
}
impl Ord for Task {
    fn cmp(&self, other: &Self) -> Ordering {
        self.priority
            .cmp(&other.priority)
            .then_with(|| other.deadline.cmp(&self.deadline))
    }
}
impl PartialOrd for Task {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Default)]
struct Median {
    low: BinaryHeap<i64>,
    high: BinaryHeap<Reverse<i64>>,
}
impl Median {
    fn add(&mut self, n: i64) -> f64 {
        self.low.push(n);
        self.high.extend(self.low.pop().map(Reverse));
        if self.high.len() > self.low.len() {
            self.low.extend(self.high.pop().map(|Reverse(n)| n));
        }
        match (self.low.peek(), self.high.peek()) {
            (Some(a), Some(Reverse(b))) if self.low.len() == self.high.len() => {
                (a + b) as f64 / 2.0
            }
            (Some(a), _) => *a as f64,
            _ => f64::NAN,
        }
    }
}

fn main() {
    let mut tasks: BinaryHeap<Task> = [
        (1, 5, "sweep"),
        (9, 30, "late"),
        (9, 10, "urgent"),
        (4, 1, "mail"),
    ]
    .map(|(priority, deadline, name)| Task {
        priority,
        deadline,
        name,
    })
    .into();
    println!("{:?}", tasks.peek().map(|t| t.name));
    if let Some(mut top) = tasks.peek_mut() {
        top.priority = 2;
    }
    while let Some(Task { name, priority, .. }) = tasks.pop() {
        println!("{priority} {name}");
    }

    let mut median = Median::default();
    println!("{:?}", [5, 15, 1, 3, 8, -4, 7].map(|n| median.add(n)));

    let mut smallest = BinaryHeap::new();
    for n in (0..1000u32).map(|i| i.wrapping_mul(7919) % 1009) {
        smallest.push(n);
        if smallest.len() > 5 {
            smallest.pop();
        }
    }
    println!("{:?}", smallest.clone().into_sorted_vec());
    if let Some(top) = smallest.peek_mut() {
        println!("{}", PeekMut::pop(top));
    }
    smallest.append(&mut BinaryHeap::from(vec![3, 2, 100]));
    smallest.retain(|n| n % 2 == 0);
    println!(
        "{:?} {}",
        smallest.into_sorted_vec(),
        BinaryHeap::<u8>::new().is_empty()
    );
}
