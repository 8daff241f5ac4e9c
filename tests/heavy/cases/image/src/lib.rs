//! A picture that is drawn, written as PNG and JPEG, read again, scaled and turned.

use std::fmt::Write;
use std::io::Cursor;

use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};

/// What became of the picture.
pub fn report() -> String {
    let mut report = String::new();
    let drawn = DynamicImage::ImageRgba8(RgbaImage::from_fn(97, 61, |x, y| {
        Rgba([
            (x * 5) as u8,
            (y * 7) as u8,
            (x * y) as u8,
            (255 - x - y) as u8,
        ])
    }));
    let png = written(&drawn, ImageFormat::Png);
    let read = image::load_from_memory(&png).unwrap();
    assert_eq!(read, drawn);
    writeln!(
        report,
        "png: {} {:016x} {:?}",
        png.len(),
        sum(&png),
        read.color()
    )
    .unwrap();

    let opaque = DynamicImage::ImageRgb8(drawn.to_rgb8());
    let jpeg = written(&opaque, ImageFormat::Jpeg);
    let blurred = image::load_from_memory(&jpeg).unwrap();
    writeln!(
        report,
        "jpeg: {} {:016x} {:016x}",
        jpeg.len(),
        sum(&jpeg),
        sum(blurred.as_bytes())
    )
    .unwrap();

    for filter in [
        FilterType::Nearest,
        FilterType::Triangle,
        FilterType::Lanczos3,
    ] {
        let scaled = drawn.resize_exact(40, 200, filter);
        writeln!(report, "{filter:?} {:016x}", sum(scaled.as_bytes())).unwrap();
    }
    let turned = drawn.rotate90().grayscale().blur(1.5);
    writeln!(
        report,
        "{} × {} {:016x}",
        turned.width(),
        turned.height(),
        sum(turned.as_bytes())
    )
    .unwrap();

    let mut damaged = png.clone();
    damaged[300] ^= 0xff;
    writeln!(report, "{}", image::load_from_memory(&damaged).unwrap_err()).unwrap();
    writeln!(
        report,
        "{}",
        image::load_from_memory(&png[..200]).unwrap_err()
    )
    .unwrap();
    writeln!(
        report,
        "{}",
        image::load_from_memory(b"GIF89a").unwrap_err()
    )
    .unwrap();
    report
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// FNV-1a.
fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
