//! Pictures for the tests.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A picture of noise in the given format.
pub fn sample(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let mut seed = 1_u32;
    let pixels = RgbImage::from_fn(width, height, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [red, green, blue, _] = seed.to_be_bytes();
        Rgb([red, green, blue])
    });
    encode(DynamicImage::ImageRgb8(pixels), format)
}

/// The bytes of `image`.
pub fn encode(image: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG of header, `data` and end.
pub fn png(width: u32, height: u32, depth: u8, colour: u8, data: &[u8]) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([depth, colour, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", &header[..]), (b"IDAT", data), (b"IEND", b"")] {
        let chunk = [kind, data].concat();
        let crc = chunk.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
            })
        });
        bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend(chunk);
        bytes.extend((!crc).to_be_bytes());
    }
    bytes
}
