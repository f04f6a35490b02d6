//! Members' avatars: squares in three sizes.

use crate::Ctx;
use weiquan_store::digest::hex;
use weiquan_store::id::Uid;
use weiquan_store::members::member::Member;

/// The sides of the squares, in pixels.
pub const SIDES: [u32; 3] = [30, 50, 180];

/// A new version of an avatar: 16 lower-case hex digits.
pub fn new_version(ctx: &Ctx) -> String {
    hex(&ctx.store.ids().bytes::<8>())
}

/// The name under which a square of a version is stored.
pub fn name(uid: Uid, side: u32, version: &str) -> String {
    format!("avatars/{uid}/{side}/{version}.jpg")
}

/// The address of a member's square. A member who never sent a picture has Sina's address, in which
/// clients look for the side.
pub(super) fn address(ctx: &Ctx, member: &Member, side: u32) -> String {
    let uid = member.uid;
    match &member.avatar {
        Some(version) => ctx.pictures.url(&name(uid, side, version)),
        None => format!("http://tp{}.sinaimg.cn/{uid}/{side}/0/0", uid.get() % 4 + 1),
    }
}
