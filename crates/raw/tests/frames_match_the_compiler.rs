//! Calls laid out in a frame reach functions that the compiler made for the same convention, with every argument in its
//! place and the result found again.

use jitney_raw::{Abi, frame::Frame};

/// Folds the arguments into one number, each by its place: two that change places change it.
macro_rules! digest {
    ($($argument:expr),*) => {{
        let arguments: &[u64] = &[$(Bits::bits($argument)),*];
        arguments.iter().fold(0xcbf2_9ce4_8422_2325u64, |digest, bits| digest.wrapping_mul(0x0100_0000_01b3) ^ bits)
    }};
}

trait Bits: Copy {
    fn bits(self) -> u64;
}

macro_rules! bits {
    ($($type:ty: |$value:ident| $bits:expr;)*) => {
        $(impl Bits for $type {
            fn bits(self) -> u64 {
                let $value = self;
                $bits
            }
        })*
    };
}

bits! {
    i8: |v| v as u64;
    u8: |v| u64::from(v);
    i16: |v| v as u64;
    u16: |v| u64::from(v);
    i32: |v| v as u64;
    u32: |v| u64::from(v);
    i64: |v| v as u64;
    u64: |v| v;
    isize: |v| v as u64;
    usize: |v| v as u64;
    bool: |v| u64::from(v);
    f32: |v| u64::from(v.to_bits());
    f64: |v| v.to_bits();
    *const u8: |v| v as usize as u64;
}

/// A function of the compiler's by `$abi`, called through a frame; what it got must be what was given, and what it gives
/// back must arrive.
macro_rules! passes {
    ($abi:literal, $name:expr, ($($argument:ident: $type:ty = $value:expr),*)) => {{
        extern $abi fn callee($($argument: $type),*) -> u64 {
            digest!($($argument),*)
        }
        let address = callee as extern $abi fn($($type),*) -> u64 as usize;
        let mut frame = Frame::new::<_, u64>($name, ($($value as $type,)*));
        // SAFETY: the function has this signature and convention.
        unsafe { frame.call(address, $name) };
        assert_eq!(frame.returned::<u64>($name), digest!($($value as $type),*), "{}", stringify!($($type),*));
    }};
}

macro_rules! gives_back {
    ($abi:literal, $name:expr, $($type:ty = $value:expr),*) => {
        $({
            extern $abi fn callee(_: i64, _: f64, _: f32, _: u8) -> $type {
                $value
            }
            let address = callee as extern $abi fn(i64, f64, f32, u8) -> $type as usize;
            let mut frame = Frame::new::<_, $type>($name, (-1i64, -2.5f64, -3.5f32, 255u8));
            // SAFETY: the function has this signature and convention.
            unsafe { frame.call(address, $name) };
            assert_eq!(frame.returned::<$type>($name).bits(), ($value as $type).bits());
        })*
    };
}

macro_rules! all {
    ($abi:literal, $name:expr) => {
        passes!($abi, $name, ());
        passes!($abi, $name, (a: f64 = 1.5));
        passes!($abi, $name, (a: i8 = -1, b: u8 = 255, c: i16 = -2, d: u16 = 65535, e: i32 = -3, f: u32 = u32::MAX));
        passes!($abi, $name, (a: i64 = -3628500538012883497, b: i64 = -1917387021196612659, c: i64 = -7561315818300226726, d: i64 = 4891386765580059730, e: i64 = 6029718241297022474, f: i64 = 5656737394922367923, g: i64 = -4210510651926632891, h: i64 = -3507649212400433275, i: i64 = -2353931851576704624, j: i64 = 1952622651856132950, k: i64 = -5943722213852697300, l: i64 = -4058328039203991995));
        passes!($abi, $name, (a: f64 = 889155580.6188, b: f64 = 635765774.0337, c: f64 = 884414442.5934, d: f64 = 680925358.8355, e: f64 = -985577331.3512, f: f64 = -416116661.2451, g: f64 = 409813879.1668, h: f64 = -376475619.5539, i: f64 = 530415602.1531, j: f64 = -609749653.7276, k: f64 = -152537843.6012, l: f64 = -423592859.044));
        passes!($abi, $name, (a: f32 = -0.875, b: f32 = -4.802, c: f32 = -4.326, d: f32 = 5.353, e: f32 = -7.541, f: f32 = -0.672, g: f32 = 8.954, h: f32 = 0.34, i: f32 = 2.664, j: f32 = 3.616, k: f32 = -6.389, l: f32 = 3.128));
        passes!($abi, $name, (a: i8 = -94, b: i8 = 83, c: i8 = -25, d: i8 = 97, e: i8 = 13, f: i8 = -34, g: i8 = 54, h: i8 = 95, i: i8 = 36, j: i8 = -27, k: i8 = 37, l: i8 = -77));
        passes!($abi, $name, (a: u16 = 8075, b: u16 = 29998, c: u16 = 36369, d: u16 = 31118, e: u16 = 16009, f: u16 = 43393, g: u16 = 23270, h: u16 = 38132, i: u16 = 60164, j: u16 = 3365, k: u16 = 5611, l: u16 = 46803));
        passes!($abi, $name, (a: i64 = 8388428165271769208, b: f64 = 469755912.9479, c: i64 = -3189033274949639691, d: f64 = -354379470.8103, e: i64 = 8596307457265458607, f: f64 = 550478870.4503, g: i64 = -7789021658498222236, h: f64 = 235459285.8466, i: i64 = -1030393819048006915, j: f64 = -727124746.8882, k: i64 = -2521211760524407156, l: f64 = -90429333.3059));
        passes!($abi, $name, (a: f32 = -2.427, b: u8 = 185, c: u8 = 148, d: f32 = 1.286, e: u8 = 224, f: u8 = 106, g: f32 = -1.369, h: u8 = 106, i: u8 = 58, j: f32 = -7.932, k: u8 = 28, l: u8 = 86));
        passes!($abi, $name, (a: usize = 2346040177, b: bool = true, c: i16 = 9362, d: usize = 4284816272, e: i8 = -66));
        passes!($abi, $name, (a: *const u8 = 0x7a4e9ba4usize, b: isize = -1280876319, c: i32 = -262791053, d: f64 = -16122683.3333, e: i64 = -1453216687765296593, f: bool = true, g: u16 = 56077));
        passes!($abi, $name, (a: *const u8 = 0x8692c6f4usize, b: u16 = 27271, c: u64 = 0x3b416610c5b67999u64, d: u16 = 34299, e: i8 = -56, f: i8 = 38, g: i32 = 1838388498, h: i32 = 280651216, i: u16 = 52817));
        passes!($abi, $name, (a: bool = false, b: bool = true, c: *const u8 = 0xee0fbdfeusize, d: f64 = 747612455.0746, e: f32 = 7.196, f: f32 = 7.642, g: i8 = 44, h: u64 = 0xa82b302f4bd411e6u64, i: i64 = 5807517782432433746, j: u8 = 110));
        passes!($abi, $name, (a: bool = true, b: f64 = -910912060.8151, c: bool = true, d: f64 = 533640548.118, e: i32 = 1530352479, f: u32 = 3736964763, g: i64 = 2493811418358816225, h: u64 = 0xed6f642c675a9879u64, i: u8 = 111, j: *const u8 = 0xcc4a9886usize, k: i32 = -2133426104));
        passes!($abi, $name, (a: i16 = -25769, b: i8 = -25, c: usize = 2612533839, d: i32 = 1221219864, e: u8 = 225, f: i64 = -7766279333324146479, g: f64 = 390853950.2991, h: f64 = -774167053.5679, i: f64 = 121612546.8123, j: i64 = -8460114716641598649, k: u16 = 10445, l: isize = -2102166279));
        passes!($abi, $name, (a: *const u8 = 0x3bd3cd5busize, b: u32 = 3258641811, c: *const u8 = 0xdb006301usize, d: u8 = 204, e: u8 = 48, f: isize = -1815936855, g: u64 = 0x6f178f77ffe4d7b9u64, h: i64 = 8129772233483518660, i: u16 = 39623, j: f64 = 859499452.0611, k: i32 = -91578647, l: i64 = -3199499143068714206));
        passes!($abi, $name, (a: *const u8 = 0x1c5fec72usize, b: u32 = 1054161830, c: i32 = 1492802209, d: isize = -615079840, e: i8 = -36, f: f32 = 8.744, g: i16 = -32547, h: i8 = -101, i: bool = false, j: i32 = 1757292872, k: u8 = 156, l: isize = 504484164));
        passes!($abi, $name, (a: i64 = -5945962806493637010, b: i16 = 15989, c: i32 = 1262269166, d: f64 = 349933380.1989, e: usize = 3793478524, f: u32 = 330975741, g: bool = true, h: u32 = 1597270836, i: i16 = -9880, j: i64 = 7070346855836733924, k: u8 = 10, l: usize = 422615543));
        gives_back!(
            $abi, $name,
            i8 = -5, u8 = 250, i16 = -300, u16 = 65000, i32 = -70_000, u32 = 4_000_000_000, i64 = -1i64 << 40,
            u64 = 0xfedc_ba98_7654_3210, isize = -9, usize = 9, bool = true, f32 = -0.1, f64 = 1e300,
            *const u8 = 0x1234_5678 as *const u8
        );
    };
}

#[test]
fn by_the_c_convention() {
    all!("C", Abi::C);
}

#[test]
#[cfg(target_arch = "x86_64")]
fn by_the_system_v_convention() {
    all!("sysv64", Abi::Sysv64);
}

#[test]
#[cfg(target_arch = "x86_64")]
fn by_the_windows_convention() {
    all!("win64", Abi::Win64);
}

#[test]
fn a_function_without_a_result() {
    static CALLED: std::sync::atomic::AtomicI32 = std::sync::atomic::AtomicI32::new(0);
    extern "C" fn callee(value: i32) {
        CALLED.store(value, std::sync::atomic::Ordering::Relaxed);
    }
    let mut frame = Frame::new::<_, ()>(Abi::C, (-7i32,));
    // SAFETY: the function has this signature and convention.
    unsafe { frame.call(callee as extern "C" fn(i32) as usize, Abi::C) };
    frame.returned::<()>(Abi::C);
    assert_eq!(CALLED.load(std::sync::atomic::Ordering::Relaxed), -7);
}

#[test]
fn a_frame_of_any_bytes_can_be_read() {
    // SAFETY: a frame is plain numbers.
    let frame: Frame = unsafe { std::mem::transmute([0xa5u8; size_of::<Frame>()]) };
    for abi in [Abi::C, Abi::Go] {
        assert!(frame.returned::<bool>(abi) || abi == Abi::Go);
        frame.returned::<u64>(abi);
        frame.returned::<*const u8>(abi);
        frame.returned::<f64>(abi);
    }
}

#[test]
#[cfg(not(windows))]
fn a_backtrace_passes_through() {
    extern "C" fn callee() -> bool {
        std::backtrace::Backtrace::force_capture()
            .to_string()
            .contains("a_backtrace_passes_through")
    }
    let mut frame = Frame::new::<_, bool>(Abi::C, ());
    // SAFETY: the function has this signature and convention.
    unsafe { frame.call(callee as extern "C" fn() -> bool as usize, Abi::C) };
    assert!(frame.returned::<bool>(Abi::C));
}
