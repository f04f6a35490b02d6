//! The size of a picture and whether it is whole, without decoding it.

use super::kind::{Kind, Refusal};

/// No side may be longer.
const MAX_SIDE: u32 = 10_000;
/// No picture may have more pixels: decoded, they take three bytes each.
const MAX_PIXELS: u64 = 25_000_000;

/// The size in pixels, which is checked first: what is too large is called so even when cut off.
pub(super) fn check(bytes: &[u8], kind: Kind) -> Result<(u32, u32), Refusal> {
    let (size, whole) = match kind {
        Kind::Jpeg => jpeg(bytes),
        Kind::Png => (png_size(bytes), png_ends(bytes).is_some()),
        Kind::Gif => (gif_size(bytes), gif_ends(bytes).is_some()),
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

/// The size in the frame header, and whether the segments run to the end marker: the decoder fills
/// what is cut off with grey instead of refusing it.
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
            // A stuffed or fill byte, a restart or the start: nothing follows that has a length.
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

fn gif_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let &[a, b, c, d] = bytes.get(6..)?.first_chunk()?;
    Some((
        u16::from_le_bytes([a, b]).into(),
        u16::from_le_bytes([c, d]).into(),
    ))
}

/// Follows the blocks to the trailer.
fn gif_ends(bytes: &[u8]) -> Option<()> {
    let palette = |flags: u8| match flags & 0x80 {
        0 => 0,
        _ => 6 << (flags & 7),
    };
    let mut at = 13 + palette(*bytes.get(10)?);
    loop {
        at += match *bytes.get(at)? {
            0x3b => return Some(()),
            // A zero too many between blocks, as some programs write it.
            0x00 => {
                at += 1;
                continue;
            }
            0x21 => 2,
            0x2c => 11 + palette(*bytes.get(at + 9)?),
            _ => return None,
        };
        loop {
            let length = usize::from(*bytes.get(at)?);
            at += length + 1;
            if length == 0 {
                break;
            }
        }
    }
}
