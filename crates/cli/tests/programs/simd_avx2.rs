// Functions with target features, chosen at run time: AVX2, FMA, SSE4.2, POPCNT, each beside a plain one that must agree.
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

#[target_feature(enable = "avx2")]
fn dot_avx2(a: &[i32], b: &[i32]) -> i64 {
    let mut lanes = _mm256_setzero_si256();
    for (x, y) in a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0) {
        // SAFETY: both chunks have eight integers.
        let (x, y) = unsafe {
            (
                _mm256_loadu_si256(x.as_ptr().cast()),
                _mm256_loadu_si256(y.as_ptr().cast()),
            )
        };
        lanes = _mm256_add_epi64(lanes, _mm256_mul_epi32(x, y));
        lanes = _mm256_add_epi64(
            lanes,
            _mm256_mul_epi32(_mm256_srli_epi64::<32>(x), _mm256_srli_epi64::<32>(y)),
        );
    }
    let mut out = [0i64; 4];
    // SAFETY: the array has the 32 bytes that are stored.
    unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), lanes) };
    let rest = a.len() / 8 * 8;
    out.iter().sum::<i64>() + dot_plain(&a[rest..], &b[rest..])
}

fn dot_plain(a: &[i32], b: &[i32]) -> i64 {
    a.iter()
        .zip(b)
        .map(|(x, y)| i64::from(*x) * i64::from(*y))
        .sum()
}

#[target_feature(enable = "avx,fma")]
fn polynomial_fma(x: [f64; 4], coefficients: &[f64]) -> [f64; 4] {
    let v = _mm256_setr_pd(x[0], x[1], x[2], x[3]);
    let value = coefficients
        .iter()
        .rev()
        .fold(_mm256_setzero_pd(), |sum, c| {
            _mm256_fmadd_pd(sum, v, _mm256_set1_pd(*c))
        });
    let mut out = [0.0; 4];
    // SAFETY: the array has the 32 bytes that are stored.
    unsafe { _mm256_storeu_pd(out.as_mut_ptr(), value) };
    out
}

#[target_feature(enable = "sse4.2")]
fn crc32c_hardware(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, b| _mm_crc32_u8(crc, *b))
}

fn crc32c_plain(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, b| {
        (0..8).fold(crc ^ u32::from(*b), |c, _| {
            if c & 1 == 1 {
                (c >> 1) ^ 0x82f6_3b78
            } else {
                c >> 1
            }
        })
    })
}

#[target_feature(enable = "popcnt,bmi1,bmi2")]
fn bits(n: u64) -> (u32, u64, u64) {
    (
        n.count_ones(),
        _blsr_u64(n),
        _pext_u64(n, 0xff00_ff00_ff00_ff00),
    )
}

fn pext_plain(n: u64, mask: u64) -> u64 {
    let set = (0..64).filter(|i| mask >> i & 1 == 1);
    set.enumerate()
        .map(|(to, from)| (n >> from & 1) << to)
        .sum()
}

fn main() {
    let a: Vec<i32> = (0..1003)
        .map(|n: i32| (n.wrapping_mul(2_654_435) ^ 77) % 10_000_000)
        .collect();
    let b: Vec<i32> = a.iter().rev().map(|n| n / 3 - 5).collect();
    let dot = dot_plain(&a, &b);
    // SAFETY: the feature was found.
    let agrees = !is_x86_feature_detected!("avx2") || unsafe { dot_avx2(&a, &b) } == dot;
    println!("{dot} {agrees}");

    let (x, coefficients) = ([0.5, -1.5, 3.0, 1e-3], [1.0, -2.0, 0.25, 7.0]);
    let plain = x.map(|x| {
        coefficients
            .iter()
            .rev()
            .fold(0.0f64, |sum, c| sum.mul_add(x, *c))
    });
    // SAFETY: the features were found.
    let fused =
        (is_x86_feature_detected!("fma")).then(|| unsafe { polynomial_fma(x, &coefficients) });
    println!("{plain:?} {}", fused.is_none_or(|f| f == plain));

    let text = b"123456789";
    println!("{:08x}", crc32c_plain(text));
    // SAFETY: the feature was found.
    println!(
        "{}",
        !is_x86_feature_detected!("sse4.2")
            || unsafe { crc32c_hardware(text) } == crc32c_plain(text)
    );

    let n = 0x0123_4567_89ab_cdef_u64;
    let expected = (
        n.count_ones(),
        n & (n - 1),
        pext_plain(n, 0xff00_ff00_ff00_ff00),
    );
    // SAFETY: the features were found.
    println!(
        "{expected:x?} {}",
        !is_x86_feature_detected!("bmi2") || unsafe { bits(n) } == expected
    );
}
