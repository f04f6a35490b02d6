//! OkayAPI's moments and their likes.
//!
//! # What is stored
//!
//! * A [`moment::Moment`] is stored under `MOMENTS#<app>#<shard>` / its id, and in the index under `OWN#<app>#<uuid>` /
//!   its id. A moment that only its author may see is stored in the author's own partition, `PRIVATE#<app>#<uuid>`, so
//!   no other list has to skip it.
//! * `TOTALS` in either partition counts the moments of each [`moment::Access`], and knows the id below which none is
//!   public (`first_public`).
//! * A like is stored under `LIKE#<app>#<moment id>` / the uuid of the member. It stays when the moment goes: the
//!   moment's id never comes back.
//! * `OWN#<app>#<uuid>` / `GONE` in the table notes the moments that the author has deleted within the last minute. It
//!   expires.
//!
//! # Invariants
//!
//! * A moment is written and deleted together with its count in `TOTALS`.
//! * A public moment has a higher id than the first public one of its partition: [`list::latest`] looks no further down
//!   than that. One that would not draws another id.
//! * A like raises `likes` on the condition that the moment exists, and puts the member's own item on the condition that
//!   it does not exist: both or neither.
//! * The index lags. So a member's own list ([`list::own`]) reads the moments of the last seconds from the table, and
//!   leaves out what `GONE` holds.
//!
//! [`list::latest`] queries every shard and, for a member, the private partition, all at once, and begins with `TOTALS`,
//! which sorts after all ids. All of these reads are eventually consistent, including the totals: a strongly consistent
//! read of them would cost half a unit more for each shard than the ceiling allows. For an anonymous caller, moments for
//! members are skipped, down to `first_public`.
//!
//! This room uses that of clients.

pub mod list;
pub mod moment;
