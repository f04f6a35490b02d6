//! Members: one person in all three families, and the logins that they have.
//!
//! # What is stored
//!
//! * A [`member::Member`] is stored under `MEMBER#<uid>` / `PROFILE`. What apps store about a member ([`ext_info`]) is
//!   beside it under `EXT_INFO`: the text of a JSON object, with its own `revision`.
//! * Each name of a member has an item of its own that holds the `uid`: `USERNAME#…`, `NICK#…`, `UUID#…` and, of a
//!   member who is bound to a user of the partner site, `SITEUID#…`. Username and nick are folded (NFKC, case folding,
//!   without what nobody sees), so names that look alike are the same name. The item of `SITEUID#…` also says whether
//!   the member is banned or silenced: every call of that user needs it.
//! * A login ([`session::Session`]) is stored under `SESSION#<uuid>` / the SHA-256 of its token. `LOGINS` in the same
//!   partition counts what has changed about them ([`account`]).
//! * Failed logins ([`attempts`]) are counted in `ATTEMPTS#<username>`: under `LOGIN` for strangers, under
//!   `FROM#<network>` for an address from which somebody recently logged in with the name, under
//!   `WITH#<SHA-256 of the token>` for a client that has a login of it; and, whatever the name, in
//!   `ATTEMPTS#<network>` / `ADDRESS`. All of these expire.
//!
//! # Invariants
//!
//! * A name belongs to one member. A member is created with all names, or not at all; a change moves names in the
//!   transaction that changes the member.
//! * A change is refused if it is based on an older `revision` than the stored one.
//! * A login that ends the others reads all of them, and `LOGINS` with them. One transaction then ends them, stores the
//!   new login, raises `LOGINS` on the condition that nobody else has raised it, and checks that the member still has
//!   the revision whose password was checked. So of several such logins at the same time, one is left, and none
//!   survives a ban or a new password. A login that leaves the others, as most do, reads none and raises `LOGINS`
//!   without a condition.
//! * An attempt is counted before the password is compared, and the count is taken back if the password was right. So
//!   the limit holds for any number of simultaneous callers. While ten attempts run, further ones wait. Once ten have
//!   failed within a minute of the first, further ones are refused.
//! * An unknown name costs the same reads and one hash as a known name does.
//!
//! This room uses the table and the keys, and no other room.

pub mod account;
pub mod attempts;
pub mod ext_info;
pub mod member;
pub mod session;
