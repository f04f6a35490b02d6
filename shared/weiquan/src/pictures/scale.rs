//! Scales pixels to the sizes that are shown.

use std::borrow::Cow;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, GenericImageView, ImageEncoder, ImageError};

use super::decode::{Picture, refusal};
use super::kind::Refusal;

const QUALITY: u8 = 85;
/// The fast filter adds up blocks in 32 bits. With this many pixels per side, the blocks stay small enough.
const MIN_SIDE: u32 = 64;

impl Picture {
    /// A JPEG that fits in `max_width` and `max_height`, never larger than the picture.
    pub fn fit(&self, max_width: u32, max_height: Option<u32>) -> Result<Vec<u8>, Refusal> {
        let max_height = max_height.unwrap_or(u32::MAX);
        let (max_width, max_height) = match self.orientation {
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH => (max_height, max_width),
            _ => (max_width, max_height),
        };
        let (width, height) = within(self.pixels.dimensions(), max_width, max_height);
        let near = self.near(width, height);
        self.encode(near.resize_exact(width, height, FilterType::CatmullRom))
    }

    /// A JPEG of `side` x `side` pixels from the middle of the picture, enlarged if the picture is smaller.
    pub fn square(&self, side: u32) -> Result<Vec<u8>, Refusal> {
        let side = side.max(1);
        let (width, height) = self.pixels.dimensions();
        let middle = width.min(height);
        let near = self.near(scaled(width, side, middle), scaled(height, side, middle));
        let (across, down) = (
            scaled(near.width(), middle, width),
            scaled(near.height(), middle, height),
        );
        let (left, top) = ((near.width() - across) / 2, (near.height() - down) / 2);
        let near = near.crop_imm(left, top, across, down);
        self.encode(near.resize_exact(side, side, FilterType::CatmullRom))
    }

    /// The picture, or an average of it at about twice the given size. This is ten times as fast as
    /// the fine filter alone, whose floats would also take more memory than the picture.
    fn near(&self, width: u32, height: u32) -> Cow<'_, DynamicImage> {
        let near = |side: u32, wanted: u32| side.min(wanted.saturating_mul(2).max(MIN_SIDE));
        let near_width = near(self.pixels.width(), width);
        let near_height = near(self.pixels.height(), height);
        let pixels = |width, height| u64::from(width) * u64::from(height);
        if pixels(self.pixels.width(), self.pixels.height()) > 2 * pixels(near_width, near_height) {
            Cow::Owned(self.pixels.thumbnail_exact(near_width, near_height))
        } else {
            Cow::Borrowed(&self.pixels)
        }
    }

    fn encode(&self, mut pixels: DynamicImage) -> Result<Vec<u8>, Refusal> {
        pixels.apply_orientation(self.orientation);
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        if let Some(profile) = &self.profile {
            let set = encoder.set_icc_profile(profile.clone());
            set.map_err(|e| refusal(ImageError::Unsupported(e)))?;
        }
        pixels.write_with_encoder(encoder).map_err(refusal)?;
        Ok(bytes)
    }
}

/// The largest size of the same shape that fits in the given one and is no larger than the original.
fn within((width, height): (u32, u32), max_width: u32, max_height: u32) -> (u32, u32) {
    if width <= max_width && height <= max_height {
        return (width, height);
    }
    if u64::from(width) * u64::from(max_height) >= u64::from(height) * u64::from(max_width) {
        (max_width.max(1), scaled(height, max_width, width))
    } else {
        (scaled(width, max_height, height), max_height.max(1))
    }
}

/// `side` times `to` divided by `of`, at least 1.
fn scaled(side: u32, to: u32, of: u32) -> u32 {
    let side = (u64::from(side) * u64::from(to) + u64::from(of) / 2) / u64::from(of.max(1));
    u32::try_from(side).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgb, RgbImage};

    use super::super::decode::decode;
    use super::super::kind::Kind;
    use super::*;

    const RED: Rgb<u8> = Rgb([255, 0, 0]);
    const BLUE: Rgb<u8> = Rgb([0, 0, 255]);

    fn picture(width: u32, height: u32, colour: impl Fn(u32, u32) -> Rgb<u8>) -> Picture {
        Picture {
            pixels: RgbImage::from_fn(width, height, colour).into(),
            orientation: Orientation::NoTransforms,
            profile: None,
        }
    }

    fn read(jpeg: &[u8]) -> RgbImage {
        assert_eq!(image::guess_format(jpeg).unwrap(), ImageFormat::Jpeg);
        decode(jpeg, Kind::Jpeg).ok().unwrap().pixels.into_rgb8()
    }

    #[track_caller]
    fn assert_near(pixel: &Rgb<u8>, wanted: Rgb<u8>) {
        let far = pixel
            .0
            .iter()
            .zip(wanted.0)
            .any(|(a, b)| a.abs_diff(b) > 12);
        assert!(!far, "{pixel:?} is not {wanted:?}");
    }

    #[test]
    fn a_picture_fits_and_is_never_enlarged() {
        let fit = |width, height, max_width, max_height| {
            let picture = picture(width, height, |_, _| RED);
            let pixels = read(&picture.fit(max_width, max_height).unwrap());
            assert_near(pixels.get_pixel(0, 0), RED);
            pixels.dimensions()
        };
        assert_eq!(fit(800, 600, 440, None), (440, 330));
        assert_eq!(fit(440, 331, 440, None), (440, 331));
        assert_eq!(fit(100, 900, 120, Some(120)), (13, 120));
        assert_eq!(fit(900, 100, 120, Some(120)), (120, 13));
        assert_eq!(fit(30, 20, 120, Some(120)), (30, 20));
        assert_eq!(fit(2, 2_000, 10, Some(10)), (1, 10));
        assert_eq!(fit(2_000, 2, 10, None), (10, 1));
        assert_eq!(fit(5, 5, 0, Some(0)), (1, 1));
    }

    #[test]
    fn a_square_is_the_middle_in_exactly_the_size() {
        let stripes = |at: u32| if (10..20).contains(&at) { RED } else { BLUE };
        let wide = picture(30, 10, |x, _| stripes(x));
        let tall = picture(10, 30, |_, y| stripes(y));
        for (picture, side) in [
            (&wide, 50),
            (&tall, 50),
            (&wide, 10),
            (&tall, 4),
            (&wide, 1),
        ] {
            let pixels = read(&picture.square(side).unwrap());
            assert_eq!(pixels.dimensions(), (side, side));
            assert_near(pixels.get_pixel(side / 2, side / 2), RED);
            assert_near(pixels.get_pixel(0, side - 1), RED);
        }
    }

    #[test]
    fn large_pictures_keep_their_colours_in_both_steps() {
        let picture = picture(1_000, 800, |x, _| if x < 500 { RED } else { BLUE });
        let pixels = read(&picture.fit(100, None).unwrap());
        assert_eq!(pixels.dimensions(), (100, 80));
        assert_near(pixels.get_pixel(30, 40), RED);
        assert_near(pixels.get_pixel(70, 40), BLUE);
    }

    #[test]
    fn a_photo_stands_upright() {
        let plain = picture(48, 32, |x, _| if x < 24 { RED } else { BLUE });
        let jpeg = plain.fit(48, None).unwrap();
        // The orientation, then the positions of the left and right of the stored pixels.
        for (value, size, left, right) in [
            (1, (48, 32), (4, 16), (44, 16)),
            (2, (48, 32), (44, 16), (4, 16)),
            (3, (48, 32), (44, 16), (4, 16)),
            (6, (32, 48), (16, 4), (16, 44)),
            (8, (32, 48), (16, 44), (16, 4)),
        ] {
            let mut exif = b"\xff\xd8\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01".to_vec();
            exif.extend([1, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0]);
            exif.extend(&jpeg[2..]);
            let photo = decode(&exif, Kind::Jpeg).ok().unwrap();
            let upright = read(&photo.fit(100, None).unwrap());
            assert_eq!(upright.dimensions(), size, "orientation {value}");
            assert_near(upright.get_pixel(left.0, left.1), RED);
            assert_near(upright.get_pixel(right.0, right.1), BLUE);
            let narrow = read(&photo.fit(16, None).unwrap());
            assert_eq!(narrow.width(), 16, "orientation {value}");
            assert_eq!(read(&photo.square(9).unwrap()).dimensions(), (9, 9));
        }
    }
}
