//! Decodes files to pixels.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage,
};

use super::kind::{Kind, Refusal};
use super::structure::{check, sized};

/// The limit for a decoder's memory: 25,000,000 pixels of four bytes, and its tables.
const MAX_ALLOC: u64 = 128 << 20;

/// A decoded picture without transparency.
pub struct Picture {
    /// Three bytes per pixel.
    pub(super) pixels: DynamicImage,
    /// Applied to the scaled picture, which is smaller.
    pub(super) orientation: Orientation,
    /// The colour profile of the pixels, unless that is sRGB.
    pub(super) profile: Option<Vec<u8>>,
}

/// The longest colour profile that is kept, in bytes. Those of cameras and screens take a few hundred.
const MAX_PROFILE: usize = 64 << 10;

/// Decodes a whole picture (for a GIF, its first frame) onto white.
pub fn decode(bytes: &[u8], kind: Kind) -> Result<Picture, Refusal> {
    let size = check(bytes, kind)?;
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::Gif => ImageFormat::Gif,
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    let bytes = sized(bytes, kind, size);
    let mut reader = ImageReader::with_format(Cursor::new(&*bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    if decoder.dimensions() != size {
        return Err(Refusal::Broken);
    }
    limits.reserve(decoder.total_bytes()).map_err(refusal)?;
    decoder.set_limits(limits).map_err(refusal)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let pixels = match DynamicImage::from_decoder(decoder).map_err(refusal)? {
        DynamicImage::ImageRgba8(image) => on_white(image)?,
        image if image.color().has_alpha() => on_white(image.into_rgba8())?,
        image => image.into_rgb8(),
    };
    Ok(Picture {
        pixels: pixels.into(),
        orientation,
        profile: profile.filter(|profile| is_of_rgb(profile)),
    })
}

/// Whether a colour profile may be kept with pixels of three colours. Others are for grey or for ink.
fn is_of_rgb(profile: &[u8]) -> bool {
    profile.get(16..20) == Some(b"RGB ") && profile.len() <= MAX_PROFILE
}

/// Puts the picture on white, within its own memory.
fn on_white(image: RgbaImage) -> Result<RgbImage, Refusal> {
    let (width, height) = image.dimensions();
    let mut bytes = image.into_raw();
    let mut to = 0;
    for from in (0..bytes.len()).step_by(4) {
        if let Some(&[red, green, blue, alpha]) = bytes.get(from..).and_then(<[u8]>::first_chunk)
            && let Some(pixel) = bytes.get_mut(to..to + 3)
        {
            pixel.copy_from_slice(&[red, green, blue].map(|colour| over_white(colour, alpha)));
        }
        to += 3;
    }
    bytes.truncate(to);
    bytes.shrink_to_fit();
    RgbImage::from_raw(width, height, bytes).ok_or(Refusal::Broken)
}

fn over_white(colour: u8, alpha: u8) -> u8 {
    let (colour, alpha) = (u32::from(colour), u32::from(alpha));
    u8::try_from((colour * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(255)
}

pub(super) fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooManyPixels,
        _ => Refusal::Broken,
    }
}

#[cfg(test)]
mod tests {
    use image::{Delay, Frame, GenericImageView, Luma, Rgb, Rgba};

    use super::super::samples::{encode, png, sample};
    use super::*;

    #[test]
    fn transparency_becomes_white() {
        let image = RgbaImage::from_fn(3, 1, |x, _| Rgba([255, 0, 0, [0, 128, 255][x as usize]]));
        let pixels = |image, kind, format| {
            let picture = decode(&encode(image, format), kind).ok().unwrap();
            picture.pixels.into_rgb8()
        };
        let flat = pixels(image.clone().into(), Kind::Png, ImageFormat::Png);
        assert_eq!(flat.as_raw(), &[255, 255, 255, 255, 127, 127, 255, 0, 0]);
        let flat = pixels(image.into(), Kind::Gif, ImageFormat::Gif);
        assert_eq!(
            (flat[(0, 0)], flat[(2, 0)]),
            (Rgb([255; 3]), Rgb([255, 0, 0]))
        );
        let grey = image::GrayAlphaImage::from_pixel(2, 2, image::LumaA([9, 0]));
        let flat = pixels(grey.into(), Kind::Png, ImageFormat::Png);
        assert_eq!(flat[(1, 1)], Rgb([255; 3]));
    }

    #[test]
    fn of_a_gif_the_first_frame_is_taken() {
        let mut bytes = Vec::new();
        let frames = [[255, 0, 0, 255], [0, 0, 255, 255]].map(|colour| {
            let image = RgbaImage::from_pixel(6, 4, Rgba(colour));
            Frame::from_parts(image, 0, 0, Delay::from_numer_denom_ms(100, 1))
        });
        image::codecs::gif::GifEncoder::new(&mut bytes)
            .encode_frames(frames)
            .unwrap();
        let picture = decode(&bytes, Kind::Gif).ok().unwrap();
        assert_eq!(
            picture.pixels.into_rgb8(),
            RgbImage::from_pixel(6, 4, Rgb([255, 0, 0]))
        );
    }

    #[test]
    fn a_gif_needs_neither_trailer_nor_screen() {
        let whole = sample(ImageFormat::Gif, 9, 7);
        let pixels = |bytes: &[u8]| decode(bytes, Kind::Gif).ok().unwrap().pixels.into_rgb8();
        let want = pixels(&whole);
        let no_trailer = &whole[..whole.len() - 1];
        assert_eq!(whole.last(), Some(&0x3b));
        assert_eq!(pixels(no_trailer), want);
        let broken_second = [no_trailer, &[0x2c, 0, 0], b"junk"].concat();
        assert_eq!(pixels(&broken_second), want);
        for sides in [6..10, 6..8, 8..10] {
            let mut bytes = no_trailer.to_vec();
            bytes[sides].fill(0);
            assert_eq!(pixels(&bytes), want);
        }
        // A frame at another position, without a screen size.
        let mut moved = whole.clone();
        moved[6..10].fill(0);
        let frame = whole
            .windows(9)
            .position(|at| at == [0x2c, 0, 0, 0, 0, 9, 0, 7, 0]);
        moved[frame.unwrap() + 1] = 3;
        let moved = pixels(&moved);
        assert_eq!(moved.dimensions(), (12, 7));
        assert_eq!(moved[(0, 0)], Rgb([255; 3]));
        assert_eq!(moved[(3, 0)], want[(0, 0)]);
        let mut far = whole.clone();
        far[6..10].fill(0);
        far[frame.unwrap() + 1..frame.unwrap() + 3].fill(0xff);
        assert_eq!(decode(&far, Kind::Gif).err(), Some(Refusal::TooManyPixels));
    }

    #[test]
    fn a_profile_of_colours_is_kept_and_no_other() {
        let profile = |space: &[u8], length: usize| {
            let mut profile = vec![0; length];
            profile[16..20].copy_from_slice(space);
            profile
        };
        for (space, length, is_kept) in [
            (b"RGB ", 536, true),
            (b"RGB ", MAX_PROFILE, true),
            (b"RGB ", MAX_PROFILE + 1, false),
            (b"GRAY", 536, false),
            (b"CMYK", 536, false),
        ] {
            let profile = profile(space, length);
            for kind in [Kind::Jpeg, Kind::Png] {
                let bytes = profiled(kind, &profile);
                let picture = decode(&bytes, kind).ok().unwrap();
                let kept = picture.profile.as_deref();
                assert_eq!(kept, is_kept.then_some(&*profile), "{kind:?} {length}");
                for small in [picture.fit(5, None), picture.square(5)] {
                    let small = decode(&small.unwrap(), Kind::Jpeg).ok().unwrap();
                    assert_eq!(small.profile, picture.profile);
                }
            }
        }
        assert_eq!(
            decode(&sample(ImageFormat::Jpeg, 9, 7), Kind::Jpeg)
                .ok()
                .unwrap()
                .profile,
            None
        );
    }

    /// A picture with a colour profile.
    fn profiled(kind: Kind, profile: &[u8]) -> Vec<u8> {
        use image::ImageEncoder;
        let pixels = RgbImage::from_pixel(9, 7, Rgb([200, 30, 30]));
        let mut bytes = Vec::new();
        if kind == Kind::Png {
            let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
            encoder.set_icc_profile(profile.to_vec()).unwrap();
            pixels.write_with_encoder(encoder).unwrap();
        } else {
            let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut bytes);
            encoder.set_icc_profile(profile.to_vec()).unwrap();
            pixels.write_with_encoder(encoder).unwrap();
        }
        bytes
    }

    #[test]
    fn what_is_small_in_bytes_but_large_in_pixels_stays_within_bounds() {
        let bomb = image::GrayImage::from_pixel(5_000, 5_000, Luma([0]));
        let bomb = encode(bomb.into(), ImageFormat::Png);
        assert!(bomb.len() < 200_000, "{}", bomb.len());
        let picture = decode(&bomb, Kind::Png).ok().unwrap();
        assert_eq!(picture.pixels.dimensions(), (5_000, 5_000));
        picture.square(20).unwrap();

        let deep = png(5_000, 5_000, 16, 6, b"x");
        assert_eq!(decode(&deep, Kind::Png).err(), Some(Refusal::TooManyPixels));
        let wide = png(10_001, 1, 8, 2, b"x");
        assert_eq!(decode(&wide, Kind::Png).err(), Some(Refusal::TooManyPixels));
    }

    #[test]
    fn damage_is_refused_or_shown_but_never_fatal() {
        assert_eq!(
            decode(&png(9, 9, 8, 2, b"x"), Kind::Png).err(),
            Some(Refusal::Broken)
        );
        for (format, kind) in [
            (ImageFormat::Jpeg, Kind::Jpeg),
            (ImageFormat::Png, Kind::Png),
            (ImageFormat::Gif, Kind::Gif),
        ] {
            let bytes = sample(format, 9, 7);
            let whole = decode(&bytes, kind).ok().unwrap().pixels;
            // The last bytes of a GIF do not describe its pixels.
            let end = bytes.len() - if kind == Kind::Gif { 8 } else { 0 };
            for length in 0..bytes.len() {
                match decode(&bytes[..length], kind) {
                    Err(cut) => assert_eq!(cut, Refusal::Broken, "{kind:?} of {length} bytes"),
                    Ok(cut) => {
                        assert!(length >= end, "{kind:?} of {length} bytes");
                        assert_eq!(cut.pixels, whole);
                    }
                }
            }
            for at in 0..bytes.len() {
                let mut bytes = bytes.clone();
                bytes[at] ^= 0xff;
                if let Ok(picture) = decode(&bytes, kind) {
                    picture.square(5).unwrap();
                }
            }
            // Pixels are missing although the end of the file is there.
            let mut hollow = bytes.clone();
            hollow.drain(bytes.len() / 2..bytes.len() - 30);
            let _ = decode(&hollow, kind);
        }
    }
}
