//! The size of a picture and whether it is complete, without decoding it.

use std::borrow::Cow;

use super::kind::{Kind, Refusal};

/// The longest allowed side, in pixels.
const MAX_SIDE: u32 = 10_000;
/// The largest allowed number of pixels. Decoded, they take three bytes each.
const MAX_PIXELS: u64 = 25_000_000;

/// The size in pixels. It is checked first, so a picture that is too large gets that error even if it is cut off.
pub(super) fn check(bytes: &[u8], kind: Kind) -> Result<(u32, u32), Refusal> {
    let (size, whole) = match kind {
        Kind::Jpeg => jpeg(bytes),
        Kind::Png => (png_size(bytes), png_ends(bytes).is_some()),
        Kind::Gif => gif(bytes),
    };
    let (width, height) = size.ok_or(Refusal::Broken)?;
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Refusal::TooManyPixels);
    }
    if !whole || width == 0 || height == 0 {
        return Err(Refusal::Broken);
    }
    Ok((width, height))
}

/// The size in the frame header, and whether the segments reach the end marker. The decoder does
/// not refuse a picture that is cut off, but fills it with grey.
fn jpeg(bytes: &[u8]) -> (Option<(u32, u32)>, bool) {
    let mut size = None;
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != 0xff {
            continue;
        }
        match *rest {
            [0xd9, ..] => return (size, true),
            // A stuffed or fill byte, a restart or the start: they are followed by no length.
            [] | [0x00 | 0x01 | 0xd0..=0xd8 | 0xff, ..] => {}
            [marker, high, low, ref segment @ ..] => {
                let is_frame =
                    matches!(marker, 0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&marker));
                if let (None, true, &[_, a, b, c, d, ..]) = (size, is_frame, segment) {
                    size = Some((
                        u16::from_be_bytes([c, d]).into(),
                        u16::from_be_bytes([a, b]).into(),
                    ));
                }
                let length = usize::from(u16::from_be_bytes([high, low])) + 1;
                rest = rest.get(length..).unwrap_or_default();
            }
            _ => break,
        }
    }
    (size, false)
}

fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let header: &[u8; 12] = bytes.get(12..)?.first_chunk()?;
    let &[b'I', b'H', b'D', b'R', a, b, c, d, e, f, g, h] = header else {
        return None;
    };
    Some((
        u32::from_be_bytes([a, b, c, d]),
        u32::from_be_bytes([e, f, g, h]),
    ))
}

/// Follows the chunks to the last one.
fn png_ends(bytes: &[u8]) -> Option<()> {
    let mut rest = bytes.get(8..)?;
    loop {
        let &[a, b, c, d, ref kind @ ..] = rest.first_chunk::<8>()?;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).ok()?;
        rest = rest.get(length.checked_add(12)?..)?;
        if kind == b"IEND" {
            return Some(());
        }
    }
}

/// The size of the screen, and whether there is a frame. A side that is 0 is taken from the first
/// frame. The decoder checks the frame's pixels. What follows them is not needed, even the trailer.
fn gif(bytes: &[u8]) -> (Option<(u32, u32)>, bool) {
    let frame = gif_frame(bytes);
    let side = |of_screen: u32, of_frame: Option<u32>| match of_screen {
        0 => of_frame,
        side => Some(side),
    };
    let size = gif_screen(bytes).and_then(|(width, height)| {
        let right = frame.map(|[left, _, width, _]| left + width);
        let bottom = frame.map(|[_, top, _, height]| top + height);
        Some((side(width, right)?, side(height, bottom)?))
    });
    (size, frame.is_some())
}

fn gif_screen(bytes: &[u8]) -> Option<(u32, u32)> {
    let [width, height] = numbers(bytes, 6)?;
    Some((width, height))
}

/// 16-bit numbers at a position in a GIF.
fn numbers<const N: usize>(bytes: &[u8], at: usize) -> Option<[u32; N]> {
    let (pairs, _) = bytes.get(at..)?.as_chunks::<2>();
    let pairs: &[[u8; 2]; N] = pairs.first_chunk()?;
    Some(pairs.map(|pair| u16::from_le_bytes(pair).into()))
}

/// Follows the blocks to the first frame. Returns its position on the screen and its size.
fn gif_frame(bytes: &[u8]) -> Option<[u32; 4]> {
    let palette = match *bytes.get(10)? {
        flags if flags & 0x80 == 0 => 0,
        flags => 6 << (flags & 7),
    };
    let mut at = 13 + palette;
    loop {
        match *bytes.get(at)? {
            // An extra zero between blocks, which some programs write.
            0x00 => at += 1,
            0x21 => at = behind_parts(bytes, at + 2)?,
            0x2c => return numbers(bytes, at + 1),
            _ => return None,
        }
    }
}

/// The position after the parts of a block, the last of which is empty.
fn behind_parts(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += length + 1;
        if length == 0 {
            return Some(at);
        }
    }
}

/// The file with this size in its header, for decoders. [`check`] returns a size that differs from
/// the header's if a GIF's screen has no size.
pub(super) fn sized(bytes: &[u8], kind: Kind, size: (u32, u32)) -> Cow<'_, [u8]> {
    let mut bytes = Cow::Borrowed(bytes);
    if kind == Kind::Gif
        && gif_screen(&bytes) != Some(size)
        && let (Ok(width), Ok(height)) = (u16::try_from(size.0), u16::try_from(size.1))
        && let Some(screen) = bytes.to_mut().get_mut(6..10)
    {
        let sides = [width, height].map(u16::to_le_bytes);
        screen.copy_from_slice(sides.as_flattened());
    }
    bytes
}
