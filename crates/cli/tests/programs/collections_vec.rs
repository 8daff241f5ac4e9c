// Vec: growing, draining, splicing, retaining, splitting, deduplicating, searching, rotating.
fn main() {
    let mut v: Vec<i32> = (1..=20).collect();
    let drained: Vec<i32> = v.drain(3..7).collect();
    println!("{drained:?} {v:?}");
    let replaced: Vec<i32> = v.splice(0..2, [100, 200, 300]).collect();
    println!("{replaced:?} {v:?}");
    v.retain(|n| n % 3 != 0);
    println!("{v:?}");
    let even: Vec<i32> = v.extract_if(2.., |n| *n % 2 == 0).collect();
    println!("{even:?} {v:?}");
    v.extend_from_within(1..4);
    v.insert(2, -5);
    println!("{} {} {v:?}", v.remove(0), v.swap_remove(1));
    v.sort_unstable_by(|a, b| b.cmp(a));
    v.dedup_by_key(|n| *n / 10);
    println!("{v:?}");
    let tail = v.split_off(2);
    println!("{v:?} {tail:?} {:?}", [v.clone(), tail.clone()].concat());

    let mut words = vec!["one", "two", "three", "four", "five", "six"];
    words.rotate_left(2);
    println!("{words:?} {:?}", words.iter().position(|w| w.len() == 5));
    words[1..5].reverse();
    words.swap(0, 5);
    println!("{}", words.join("-"));
    println!("{:?}", words.chunks(4).map(<[_]>::len).collect::<Vec<_>>());
    println!(
        "{:?}",
        words.windows(2).map(|w| w[0] < w[1]).collect::<Vec<_>>()
    );
    println!("{:?}", words.rchunks(4).next());

    let sorted = [1, 3, 3, 5, 8, 13];
    for n in [0, 3, 6, 99] {
        println!(
            "{n}: {:?} {}",
            sorted.binary_search(&n),
            sorted.partition_point(|x| *x < n)
        );
    }
    println!(
        "{:?}",
        sorted.chunk_by(|a, b| b - a < 3).collect::<Vec<_>>()
    );
    let mut selected = [9, 2, 7, 4, 5, 1];
    println!("{}", selected.select_nth_unstable(2).1);
    println!(
        "{:?} {:?}",
        [1, 2, 3].first_chunk::<2>(),
        [[1, 2], [3, 4]].as_flattened()
    );
    let mut zeroed = Vec::with_capacity(10);
    zeroed.resize(3, String::from("x"));
    zeroed.resize_with(5, Default::default);
    zeroed.truncate(4);
    println!(
        "{zeroed:?} {} {:?}",
        zeroed.capacity(),
        zeroed.pop_if(|s| s.is_empty())
    );
    zeroed.shrink_to_fit();
    println!("{} {:?}", zeroed.capacity() >= 3, zeroed.into_boxed_slice());
    println!(
        "{:?}",
        Vec::<u8>::new()
            .try_reserve(usize::MAX)
            .map_err(|e| e.to_string())
    );
    println!("{:?}", vec![vec![0; 2]; 3].iter().flatten().count());
}
