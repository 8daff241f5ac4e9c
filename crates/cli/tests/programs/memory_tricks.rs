// MaybeUninit, ManuallyDrop, raw allocation, NonNull, a small vector and an arena, ptr reads and writes, swaps.
use std::alloc::{Layout, alloc, dealloc, realloc};
use std::cell::{Cell, RefCell, UnsafeCell};
use std::mem::{ManuallyDrop, MaybeUninit, replace, swap, take};
use std::ptr::{self, NonNull};

struct SmallVec<T, const N: usize> {
    inline: [MaybeUninit<T>; N],
    len: usize,
    spilled: Option<Vec<T>>,
}
impl<T, const N: usize> SmallVec<T, N> {
    fn new() -> Self {
        SmallVec {
            inline: [const { MaybeUninit::uninit() }; N],
            len: 0,
            spilled: None,
        }
    }
    fn push(&mut self, item: T) {
        if self.len == N && self.spilled.is_none() {
            // SAFETY: all N are filled, and `len` becomes 0, so that none is read or dropped twice.
            self.spilled = Some(
                self.inline
                    .iter()
                    .map(|i| unsafe { i.assume_init_read() })
                    .collect(),
            );
            self.len = 0;
        }
        match &mut self.spilled {
            Some(v) => v.push(item),
            None => {
                self.inline[self.len].write(item);
                self.len += 1;
            }
        }
    }
    fn as_slice(&self) -> &[T] {
        match &self.spilled {
            Some(v) => v,
            // SAFETY: the first `len` are filled.
            None => unsafe { self.inline[..self.len].assume_init_ref() },
        }
    }
}
impl<T, const N: usize> Drop for SmallVec<T, N> {
    fn drop(&mut self) {
        // SAFETY: the first `len` are filled, and are dropped here alone.
        unsafe { self.inline[..self.len].assume_init_drop() }
    }
}

struct Arena<T> {
    chunks: RefCell<Vec<Vec<T>>>,
    made: Cell<usize>,
}
impl<T> Arena<T> {
    fn new() -> Self {
        Arena {
            chunks: RefCell::new(vec![Vec::with_capacity(2)]),
            made: Cell::new(0),
        }
    }
    #[allow(clippy::mut_from_ref, reason = "each call gives another item")]
    fn alloc(&self, item: T) -> &mut T {
        let mut chunks = self.chunks.borrow_mut();
        let last = chunks.last().unwrap();
        if last.len() == last.capacity() {
            let doubled = last.capacity() * 2;
            chunks.push(Vec::with_capacity(doubled));
        }
        let chunk = chunks.last_mut().unwrap();
        chunk.push(item);
        self.made.set(self.made.get() + 1);
        // SAFETY: a chunk never grows past its capacity, so its items stay where they are.
        unsafe { &mut *ptr::from_mut(chunk.last_mut().unwrap()) }
    }
}

struct Loud<'a>(&'a Cell<u32>);
impl Drop for Loud<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

fn main() {
    let mut small: SmallVec<String, 3> = SmallVec::new();
    for word in "one two three four five".split(' ') {
        small.push(word.into());
        print!("{:?} ", small.as_slice().len());
    }
    println!("{:?} {}", small.as_slice(), small.spilled.is_some());
    let drops = Cell::new(0);
    let mut loud: SmallVec<Loud, 4> = SmallVec::new();
    (0..3).for_each(|_| loud.push(Loud(&drops)));
    drop(loud);
    println!("{}", drops.get());

    let arena = Arena::new();
    let numbers: Vec<&mut u64> = (0..20).map(|n| arena.alloc(n)).collect();
    for n in numbers {
        *n *= *n;
    }
    println!(
        "{} {:?}",
        arena.made.get(),
        arena
            .chunks
            .borrow()
            .iter()
            .map(Vec::len)
            .collect::<Vec<_>>()
    );
    println!("{}", arena.chunks.borrow().iter().flatten().sum::<u64>());

    let layout = Layout::array::<u32>(4).unwrap();
    // SAFETY: the layout is not empty; every access stays inside it; it is freed once, with the layout it has then.
    unsafe {
        let p = NonNull::new(alloc(layout)).unwrap().cast::<u32>();
        (0..4).for_each(|i| p.add(i).write(i as u32 * 11));
        let grown = NonNull::new(realloc(p.as_ptr().cast(), layout, 64))
            .unwrap()
            .cast::<u32>();
        ptr::copy(grown.as_ptr(), grown.add(2).as_ptr(), 4);
        println!(
            "{:?} {:?}",
            std::slice::from_raw_parts(grown.as_ptr(), 6),
            layout
        );
        dealloc(
            grown.as_ptr().cast(),
            Layout::from_size_align(64, 4).unwrap(),
        );
    }
    let (mut a, mut b) = (vec![1], vec![2, 3]);
    swap(&mut a, &mut b);
    println!(
        "{a:?} {:?} {:?} {b:?}",
        take(&mut b),
        replace(&mut a, vec![9])
    );
    let mut manual = ManuallyDrop::new(Loud(&drops));
    // SAFETY: it is dropped here, and never used again.
    unsafe { ManuallyDrop::drop(&mut manual) };
    let cell = UnsafeCell::new(5);
    // SAFETY: no other reference lives.
    unsafe { *cell.get() += 1 };
    println!("{} {}", drops.get(), cell.into_inner());
    println!(
        "{:?} {}",
        Layout::new::<(u8, u64)>(),
        Layout::from_size_align(8, 3).unwrap_err()
    );
    let mut grid = [[0u8; 3]; 2];
    grid.as_flattened_mut()[4] = 7;
    // SAFETY: every bit pattern of u16 is valid, and alignment is handled by `read_unaligned`.
    println!("{grid:?} {}", unsafe {
        ptr::from_ref(&grid)
            .cast::<u8>()
            .add(3)
            .cast::<u16>()
            .read_unaligned()
    });
}
