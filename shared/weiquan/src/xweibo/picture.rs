//! Pictures of weibos: how they are stored, their ids and addresses.

use super::error::Error;
use super::failure;
use crate::Ctx;
use crate::fault::Fault;
use crate::form_data::percent_encode;
use crate::pictures::{self, Kind, Refusal};
use crate::schema::Failure;
use weiquan_store::digest::hex;

/// The largest picture, in bytes.
const MAX_BYTES: usize = 4 << 20;
/// The widths of the two smaller sizes, and the height of the smallest.
const THUMBNAIL: u32 = 120;
const MIDDLE: u32 = 440;

/// The sizes of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// `tp`: fits 120 by 120.
    Thumbnail,
    /// `mp`: at most 440 wide.
    Middle,
    /// `op`: as it was uploaded.
    Large,
}

impl Size {
    /// Its name in addresses (section 7.41).
    fn name(self) -> &'static str {
        match self {
            Self::Thumbnail => "thumbnail",
            Self::Middle => "bmiddle",
            Self::Large => "large",
        }
    }
}

/// Stores the picture in all sizes and returns its id. The error is 2010012, 2010009, 1020100,
/// 1020101, 1020102 or 2010011 if the picture is not accepted.
pub async fn taken(ctx: &Ctx, bytes: &[u8], is_partial: bool) -> Result<String, Error> {
    if is_partial {
        return Err(failure::PICTURE_BROKEN.into());
    }
    let kind = pictures::inspect(bytes, MAX_BYTES).map_err(refused)?;
    let (thumbnail, middle) = ctx.heavy(|| sizes(bytes, kind)).map_err(refused)?;
    let pid = new_pid(ctx, kind);
    futures_util::try_join!(
        store(ctx, &pid, Size::Thumbnail, thumbnail),
        store(ctx, &pid, Size::Middle, middle),
        store(ctx, &pid, Size::Large, bytes.to_vec()),
    )?;
    Ok(pid)
}

/// The smaller sizes of a picture.
fn sizes(bytes: &[u8], kind: Kind) -> Result<(Vec<u8>, Vec<u8>), Refusal> {
    let picture = pictures::decode(bytes, kind)?;
    let thumbnail = picture.fit(THUMBNAIL, Some(THUMBNAIL))?;
    Ok((thumbnail, picture.fit(MIDDLE, None)?))
}

async fn store(ctx: &Ctx, pid: &str, size: Size, bytes: Vec<u8>) -> Result<(), Error> {
    let (name, kind): (String, Kind) = place(pid, size).ok_or(failure::PICTURE_TYPE)?;
    keep(ctx, &name, kind, bytes).await
}

fn refused(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::Empty => failure::NO_PICTURE,
        Refusal::TooLarge => failure::PICTURE_TOO_LARGE,
        Refusal::NotAPicture => failure::NOT_A_PICTURE,
        Refusal::OtherType => failure::PICTURE_TYPE,
        Refusal::TooManyPixels => failure::TOO_MANY_PIXELS,
        Refusal::Broken => failure::PICTURE_BROKEN,
    }
}

/// A new id for a picture: 32 lower-case hex digits and the letter of its type. It cannot be guessed.
fn new_pid(ctx: &Ctx, kind: Kind) -> String {
    format!("{}{}", hex(&ctx.store.ids().bytes::<16>()), kind.letter())
}

/// Where a size of the picture `pid` is stored, and its type there; none for an id that [`new_pid`]
/// cannot make.
fn place(pid: &str, size: Size) -> Option<(String, Kind)> {
    let letter = pid.chars().next_back().filter(|_| pid.len() == 33)?;
    let digits = pid.strip_suffix(letter)?;
    let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if !digits.bytes().all(is_digit) {
        return None;
    }
    let kind = match size {
        Size::Large => Kind::of_letter(letter)?,
        Size::Thumbnail | Size::Middle => Kind::of_letter(letter).map(|_own| Kind::Jpeg)?,
    };
    let name = format!("{}/{pid}.{}", size.name(), kind.extension());
    Some((name, kind))
}

/// The address of a size of the picture `pid`. Ids of another form are Sina's.
pub(super) fn address(ctx: &Ctx, pid: &str, size: Size) -> String {
    match place(pid, size) {
        Some((name, _)) => ctx.pictures.url(&name),
        None => {
            let server = pid.bytes().map(u32::from).sum::<u32>() % 4 + 1;
            let (size, pid) = (size.name(), percent_encode(pid));
            format!("http://ww{server}.sinaimg.cn/{size}/{pid}.jpg")
        }
    }
}

/// Stores a picture under `name`, within the request's deadline.
pub async fn keep(ctx: &Ctx, name: &str, kind: Kind, bytes: Vec<u8>) -> Result<(), Error> {
    ctx.store.meter.note("s3:PutObject");
    match ctx.store.in_time(ctx.pictures.put(name, kind, bytes)).await {
        Ok(kept) => Ok(kept?),
        Err(late) => Err(Error::Internal(Fault::new(
            "a picture was not kept in time",
            late,
        ))),
    }
}

/// Removes a picture, within the request's deadline. A failure only goes to the log: the picture
/// stays, but nobody sees it.
pub async fn remove(ctx: &Ctx, name: &str) {
    ctx.store.meter.note("s3:DeleteObject");
    match ctx.store.in_time(ctx.pictures.delete(name)).await {
        Ok(Ok(())) => {}
        Ok(Err(cause)) => crate::runtime::report(ctx, &cause),
        Err(late) => crate::runtime::report(ctx, &late),
    }
}
