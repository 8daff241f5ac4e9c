// SSE2, which every x86_64 has: sums, dot products, a search for a byte, shuffles, saturating pixels, integer lanes.
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

fn sum(numbers: &[f32]) -> f32 {
    // SAFETY: SSE2 is part of x86_64; each load is of four floats inside a chunk.
    unsafe {
        let mut lanes = _mm_setzero_ps();
        for chunk in numbers.chunks_exact(4) {
            lanes = _mm_add_ps(lanes, _mm_loadu_ps(chunk.as_ptr()));
        }
        let mut out = [0.0f32; 4];
        _mm_storeu_ps(out.as_mut_ptr(), lanes);
        out.iter().sum::<f32>() + numbers.chunks_exact(4).remainder().iter().sum::<f32>()
    }
}

fn find(haystack: &[u8], needle: u8) -> Option<usize> {
    for (i, chunk) in haystack.chunks(16).enumerate() {
        let mut block = [!needle; 16];
        block[..chunk.len()].copy_from_slice(chunk);
        // SAFETY: SSE2 is part of x86_64; the block has 16 bytes.
        let mask = unsafe {
            let bytes = _mm_loadu_si128(block.as_ptr().cast());
            _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(needle.cast_signed())))
        };
        if mask != 0 {
            return Some(i * 16 + mask.trailing_zeros() as usize);
        }
    }
    None
}

fn brighten(pixels: &mut [u8; 32], by: u8) {
    // SAFETY: SSE2 is part of x86_64; both halves have 16 bytes.
    unsafe {
        for half in pixels.as_chunks_mut::<16>().0 {
            let lanes = _mm_adds_epu8(
                _mm_loadu_si128(half.as_ptr().cast()),
                _mm_set1_epi8(by.cast_signed()),
            );
            _mm_storeu_si128(half.as_mut_ptr().cast(), lanes);
        }
    }
}

fn array<T: Copy + Default, const N: usize>(v: __m128i) -> [T; N] {
    assert_eq!(size_of::<[T; N]>(), 16);
    let mut out = [T::default(); N];
    // SAFETY: the array has the sixteen bytes that are stored, and any bits are an integer's.
    unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), v) };
    out
}

fn main() {
    let numbers: Vec<f32> = (0..1003).map(|n| n as f32 * 0.25).collect();
    println!("{}", sum(&numbers));
    let text = b"the quick brown fox jumps over the lazy dog";
    println!(
        "{:?} {:?} {:?}",
        find(text, b'z'),
        find(text, b't'),
        find(text, b'!')
    );
    let mut pixels = std::array::from_fn(|i| i as u8 * 8);
    brighten(&mut pixels, 60);
    println!("{pixels:?}");
    // SAFETY: SSE2 is part of x86_64, and nothing here touches memory.
    unsafe {
        let (a, b) = (_mm_set_epi32(4, 3, 2, 1), _mm_setr_epi32(10, -20, 30, -40));
        println!(
            "{:?} {:?}",
            array::<i32, 4>(_mm_sub_epi32(a, b)),
            array::<i32, 4>(_mm_shuffle_epi32::<0b00_01_10_11>(b))
        );
        println!(
            "{:?} {:?}",
            array::<u64, 2>(_mm_mul_epu32(a, b)),
            array::<i32, 4>(_mm_cmpgt_epi32(b, a))
        );
        println!(
            "{:?} {:?}",
            array::<i16, 8>(_mm_packs_epi32(b, _mm_set1_epi32(70_000))),
            array::<i32, 4>(_mm_srai_epi32::<3>(b))
        );
        println!(
            "{:?}",
            array::<i32, 4>(_mm_madd_epi16(
                _mm_set1_epi16(300),
                _mm_set_epi16(8, 7, 6, 5, 4, 3, 2, 1)
            ))
        );
        println!(
            "{:?}",
            array::<u8, 16>(_mm_unpacklo_epi8(a, _mm_set1_epi8(-1)))
        );
        println!(
            "{:?}",
            array::<u16, 8>(_mm_sad_epu8(_mm_set1_epi8(9), _mm_set1_epi8(4)))
        );
        let d = _mm_sqrt_pd(_mm_set_pd(2.0, 16.0));
        println!(
            "{} {}",
            _mm_cvtsd_f64(d),
            _mm_cvtsd_f64(_mm_unpackhi_pd(d, d))
        );
        println!(
            "{:?} {}",
            array::<i32, 4>(_mm_cvtps_epi32(_mm_setr_ps(1.5, 2.5, -1.5, 1e20))),
            _mm_movemask_ps(_mm_set_ps(-1.0, 1.0, -0.0, 0.0))
        );
        println!(
            "{:?}",
            array::<i32, 4>(_mm_castps_si128(_mm_min_ps(
                _mm_set1_ps(f32::NAN),
                _mm_set1_ps(1.0)
            )))
        );
    }
}
