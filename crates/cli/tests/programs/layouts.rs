// Layouts: repr(C), packed, transparent, aligned, unions, zero-sized types, niches, bit fields by hand.
use std::marker::PhantomData;
use std::mem::{align_of, discriminant, offset_of, size_of, transmute};

#[repr(C)]
struct C {
    a: u8,
    b: u32,
    c: u16,
}
#[repr(C, packed(2))]
#[derive(Clone, Copy)]
struct Packed {
    a: u8,
    b: u32,
    c: u64,
}
#[repr(align(32))]
#[derive(Default)]
struct Aligned(u8);
#[repr(transparent)]
struct Id<Tag>(u64, PhantomData<Tag>);
#[repr(C)]
union Bits {
    float: f32,
    int: u32,
    bytes: [u8; 4],
}
#[repr(u8)]
#[derive(Debug, Clone, Copy, PartialEq)]
enum Small {
    A = 3,
    B,
    C = 200,
}
#[repr(C, u16)]
#[allow(dead_code, reason = "its layout alone counts")]
enum Tagged {
    Number(u64),
    Pair { x: u8, y: u32 },
    Nothing,
}
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Nothing;
impl Nothing {
    const COUNT: usize = 1000;
}

fn main() {
    println!(
        "{} {} {} {} {}",
        size_of::<C>(),
        align_of::<C>(),
        offset_of!(C, a),
        offset_of!(C, b),
        offset_of!(C, c)
    );
    let c = C { a: 1, b: 2, c: 3 };
    println!("{}", u32::from(c.a) + c.b + u32::from(c.c));
    println!(
        "{} {} {}",
        size_of::<Packed>(),
        align_of::<Packed>(),
        offset_of!(Packed, c)
    );
    let packed = [Packed {
        a: 1,
        b: 0xdead_beef,
        c: u64::MAX,
    }; 3];
    let (b, c) = (packed[1].b, packed[2].c);
    println!("{b:x} {c:x} {}", { packed[0].a });
    let aligned: Vec<Aligned> = (0..5).map(Aligned).collect();
    println!(
        "{} {}",
        size_of::<Aligned>(),
        aligned
            .iter()
            .all(|a| std::ptr::from_ref(a).addr() % 32 == 0)
    );
    println!(
        "{} {}",
        aligned.iter().map(|a| a.0).sum::<u8>(),
        Aligned::default().0
    );
    println!("{} {}", size_of::<Id<String>>(), Id::<()>(9, PhantomData).0);

    let mut bits = Bits { float: -1.5 };
    // SAFETY: every bit pattern is valid for each of the fields.
    unsafe {
        println!("{:08x} {:?}", bits.int, bits.bytes);
        bits.bytes[3] = 0x3f;
        println!("{}", bits.float);
    }
    println!(
        "{:?} {} {} {}",
        Small::B,
        Small::B as u8,
        Small::C as i8,
        size_of::<Option<Small>>()
    );
    // SAFETY: 4 is the discriminant of `B`.
    println!(
        "{:?} {}",
        unsafe { transmute::<u8, Small>(4) },
        discriminant(&Small::A) == discriminant(&Small::A)
    );
    println!("{} {}", size_of::<Tagged>(), align_of::<Tagged>());
    println!(
        "{:?}",
        [
            size_of::<Option<Box<u8>>>(),
            size_of::<Option<&str>>(),
            size_of::<Option<u32>>(),
            size_of::<Option<char>>()
        ]
    );
    println!(
        "{:?}",
        [
            size_of::<Option<Option<bool>>>(),
            size_of::<Result<(), std::num::NonZeroU16>>(),
            size_of::<&dyn Fn()>()
        ]
    );
    println!(
        "{:?}",
        [
            size_of::<String>(),
            size_of::<Option<Vec<u8>>>(),
            size_of::<[u16; 0]>(),
            size_of::<std::cell::RefCell<u8>>()
        ]
    );

    let nothings = vec![Nothing; Nothing::COUNT];
    println!(
        "{} {} {:?}",
        nothings.len(),
        size_of_val(&nothings[..]),
        nothings.iter().rev().next()
    );
    println!(
        "{} {}",
        vec![(); usize::MAX].len(),
        size_of::<PhantomData<[String; 99]>>()
    );
    let boxed: Box<[Nothing]> = nothings.into();
    println!("{}", boxed.iter().filter(|n| **n == Nothing).count());
    println!(
        "{:x}",
        0x1234_5678_u32
            .to_be_bytes()
            .iter()
            .fold(0u64, |n, b| n << 16 | u64::from(*b))
    );
}
