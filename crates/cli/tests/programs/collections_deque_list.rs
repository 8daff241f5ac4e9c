// VecDeque around its end, and LinkedList split, joined and filtered.
use std::collections::{LinkedList, VecDeque};

fn josephus(people: u32, step: usize) -> Vec<u32> {
    let mut ring: VecDeque<u32> = (1..=people).collect();
    let mut out = Vec::new();
    while !ring.is_empty() {
        let turn = (step - 1) % ring.len();
        ring.rotate_left(turn);
        out.extend(ring.pop_front());
    }
    out
}

fn main() {
    println!("{:?}", josephus(10, 3));
    let mut d: VecDeque<i32> = VecDeque::with_capacity(8);
    for i in 0..6 {
        d.push_back(i);
        d.push_front(-i);
    }
    println!("{d:?} {:?} {:?}", d.front(), d.back());
    d.drain(2..5);
    d.retain(|n| *n != 0);
    d.extend([7, 8, 9, 10]);
    println!("{d:?} {} {:?}", d[3], d.get(99));
    let (a, b) = d.as_slices();
    println!("{}", a.len() + b.len() == d.len());
    d.make_contiguous().sort();
    println!("{d:?} {:?}", d.binary_search(&7));
    println!(
        "{:?} {:?}",
        d.range(1..3).collect::<Vec<_>>(),
        d.iter().rev().step_by(2).collect::<Vec<_>>()
    );
    d.swap(0, 1);
    d.truncate(4);
    d.insert(2, 55);
    println!("{:?} {:?} {:?}", d.remove(0), d.split_off(2), d);
    println!("{:?} {}", Vec::from(d.clone()), d == [-5]);

    let mut list: LinkedList<char> = "hello world".chars().collect();
    let mut tail = list.split_off(6);
    list.push_front('>');
    tail.push_back('<');
    println!("{list:?} {tail:?}");
    tail.append(&mut list);
    println!(
        "{} {} {:?}",
        tail.iter().collect::<String>(),
        list.len(),
        tail.back()
    );
    println!(
        "{} {:?}",
        tail.contains(&'w'),
        tail.pop_front().zip(tail.pop_back())
    );
    println!(
        "{}",
        tail.into_iter()
            .rev()
            .filter(|c| c.is_alphabetic())
            .collect::<String>()
    );
}
