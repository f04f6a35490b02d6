//! Pictures of weibos: their ids and addresses.

use super::Error;
use crate::Ctx;
use crate::form::percent_encode;
use crate::pictures::Kind;
use crate::secret::hex;
use crate::store;

/// The sizes of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
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

/// A new id for a picture: 32 lower-case hex digits and the letter of its type. Nobody guesses it.
pub fn new_pid(ctx: &Ctx, kind: Kind) -> String {
    format!("{}{}", hex(&ctx.ids.bytes::<16>()), kind.letter())
}

/// Where a size of the picture `pid` is kept, and its type there; nothing for what is no id of
/// [`new_pid`].
pub fn place(pid: &str, size: Size) -> Option<(String, Kind)> {
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

/// The address of a size of the picture `pid`. Ids that are not ours are Sina's.
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

/// Keeps a picture under `name`, within the request's deadline.
pub async fn keep(ctx: &Ctx, name: &str, kind: Kind, bytes: Vec<u8>) -> Result<(), Error> {
    match ctx.in_time(ctx.pictures.put(name, kind, bytes)).await {
        Ok(kept) => Ok(kept?),
        Err(_late) => Err(Error::Internal(store::Error::new(
            "a picture was not kept in time",
        ))),
    }
}

/// Forgets a picture, within the request's deadline. A failure is only told to the log: the picture stays,
/// and nobody sees it.
pub async fn remove(ctx: &Ctx, name: &str) {
    match ctx.in_time(ctx.pictures.delete(name)).await {
        Ok(Ok(())) => {}
        Ok(Err(cause)) => crate::runtime::report(ctx, &cause),
        Err(late) => crate::runtime::report(ctx, &late),
    }
}
