//! Finds out what a file is, without decoding it.

use image::ImageFormat;

use super::kind::{Kind, Refusal};
use super::structure::check;

/// Finds the type of `bytes` and checks that they are complete (for a GIF, that it has a frame).
/// Reads only the structure and decodes no pixels.
pub fn inspect(bytes: &[u8], max_bytes: usize) -> Result<Kind, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() > max_bytes {
        return Err(Refusal::TooLarge);
    }
    let kind = match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => Kind::Jpeg,
        Ok(ImageFormat::Png) => Kind::Png,
        Ok(ImageFormat::Gif) => Kind::Gif,
        Ok(_) => return Err(Refusal::OtherType),
        Err(_) if is_other_picture(bytes) => return Err(Refusal::OtherType),
        Err(_) => return Err(Refusal::NotAPicture),
    };
    check(bytes, kind)?;
    Ok(kind)
}

/// Types whose first bytes the crate `image` does not know.
fn is_other_picture(bytes: &[u8]) -> bool {
    const STARTS: [&[u8]; 8] = [
        b"8BPS",
        b"\0\0\x02\0",
        b"II+\0",
        b"MM\0+",
        b"\xff\x0a",
        b"\0\0\0\x0cJXL ",
        b"\0\0\0\x0cjP  ",
        b"<svg",
    ];
    const BRANDS: [&[u8]; 6] = [b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avis"];
    STARTS.iter().any(|start| bytes.starts_with(start))
        || bytes.get(4..8) == Some(b"ftyp")
            && bytes
                .get(8..12)
                .is_some_and(|brand| BRANDS.contains(&brand))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{png, sample};
    use super::*;

    const FORMATS: [(ImageFormat, Kind); 3] = [
        (ImageFormat::Jpeg, Kind::Jpeg),
        (ImageFormat::Png, Kind::Png),
        (ImageFormat::Gif, Kind::Gif),
    ];

    #[test]
    fn kinds_are_told_apart() {
        for (format, kind) in FORMATS {
            assert_eq!(inspect(&sample(format, 20, 10), 10_000), Ok(kind));
            assert_eq!(Kind::of_letter(kind.letter()), Some(kind));
            assert_eq!(ImageFormat::from_extension(kind.extension()), Some(format));
            assert_eq!(
                ImageFormat::from_mime_type(kind.content_type()),
                Some(format)
            );
        }
        assert_eq!(Kind::of_letter('x'), None);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let jpeg = sample(ImageFormat::Jpeg, 20, 10);
        assert_eq!(inspect(b"", 0), Err(Refusal::Empty));
        assert_eq!(inspect(b"x", 0), Err(Refusal::TooLarge));
        assert_eq!(inspect(&jpeg, jpeg.len() - 1), Err(Refusal::TooLarge));
        assert_eq!(inspect(&jpeg, jpeg.len()), Ok(Kind::Jpeg));
        for other in [
            &b"BM\x36\0"[..],
            b"RIFF\0\0\0\0WEBPVP8 ",
            b"II*\0",
            b"MM\0*",
            b"\0\0\x01\0",
        ]
        .into_iter()
        .chain([
            &b"8BPS\0\x01"[..],
            b"\0\0\0\x1cftypavif",
            b"\0\0\0\x18ftypheic",
            b"<svg xmlns=",
        ]) {
            assert_eq!(inspect(other, 100), Err(Refusal::OtherType), "{other:?}");
        }
        for nothing in [
            &b"hello"[..],
            b"\xff",
            b"GIF88a",
            b"\0\0\0\x18ftypisom",
            b"<?php",
        ] {
            assert_eq!(
                inspect(nothing, 100),
                Err(Refusal::NotAPicture),
                "{nothing:?}"
            );
        }
    }

    #[test]
    fn no_beginning_of_a_picture_is_whole() {
        for (format, kind) in FORMATS {
            let bytes = sample(format, 20, 10);
            let end = match kind {
                // Only up to its first frame. The decoder checks the rest.
                Kind::Gif => {
                    let frame = [0x2c, 0, 0, 0, 0, 20, 0, 10, 0];
                    let at = bytes.windows(frame.len()).position(|at| at == frame);
                    at.unwrap() + frame.len()
                }
                Kind::Jpeg | Kind::Png => bytes.len(),
            };
            for length in 12..end {
                assert_eq!(
                    inspect(&bytes[..length], 10_000),
                    Err(Refusal::Broken),
                    "{kind:?} {length}"
                );
            }
            let more = [&bytes[..], b"more"].concat();
            assert_eq!(inspect(&more, 10_000), Ok(kind));
        }
    }

    #[test]
    fn sizes_are_read_from_the_header() {
        let refused = |width, height| inspect(&png(width, height, 8, 2, b"x"), 100);
        assert_eq!(refused(10_001, 1), Err(Refusal::TooManyPixels));
        assert_eq!(refused(1, 10_001), Err(Refusal::TooManyPixels));
        assert_eq!(refused(5_000, 5_001), Err(Refusal::TooManyPixels));
        assert_eq!(refused(u32::MAX, u32::MAX), Err(Refusal::TooManyPixels));
        assert_eq!(refused(5_000, 5_000), Ok(Kind::Png));
        assert_eq!(refused(0, 5), Err(Refusal::Broken));

        let mut gif = sample(ImageFormat::Gif, 20, 10);
        gif[6..8].copy_from_slice(&10_001_u16.to_le_bytes());
        assert_eq!(inspect(&gif, 10_000), Err(Refusal::TooManyPixels));

        let mut jpeg = sample(ImageFormat::Jpeg, 20, 10);
        let frame = jpeg
            .windows(2)
            .position(|pair| pair == [0xff, 0xc0])
            .unwrap();
        jpeg[frame + 5..frame + 7].copy_from_slice(&10_001_u16.to_be_bytes());
        assert_eq!(inspect(&jpeg, 10_000), Err(Refusal::TooManyPixels));
        // This holds even if the pixels are cut off.
        assert_eq!(
            inspect(&jpeg[..frame + 20], 10_000),
            Err(Refusal::TooManyPixels)
        );
    }
}
