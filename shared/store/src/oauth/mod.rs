//! What a member has allowed QZone's consumers to do, and what they did.
//!
//! # What is stored
//!
//! * A [`request_token::RequestToken`] is stored under `OAUTH#<token>` / `REQUEST`: its secret, its callback and, once a
//!   member has allowed it, that member, the operations that were shown, the SHA-256 of the vericode, and how often the
//!   member had taken back the grant by then. It lives for 15 minutes, which is checked in code too.
//! * An access token ([`token::Token`]) is stored under `OAUTH#<token>` / `TOKEN`. One that was revoked stays.
//! * What a member allowed a consumer ([`token::Grant`]) is stored under `GRANTS#<uid>` / the consumer's key. Once it is
//!   taken back, only `withdrawals` is left of it, for half an hour: longer than any request token lives that was
//!   allowed before.
//! * The owner of an openid is stored under `OPENID#<openid>` / `UID`. An openid follows from the consumer's salt and the
//!   member's uuid, unless the operator has set another one ([`import`]), which the member then has.
//! * A nonce that was used ([`nonce`]) is stored under `NONCE#<consumer>#<token>` / `<time>#<nonce>` for 15 minutes.
//! * A [`feed::Feed`] is stored under `FEEDS#<uid>` / its id. A link that can be shared once a day is stored under
//!   `SHARED#<uid>` / its SHA-256; its end is checked in the condition.
//!
//! # Invariants
//!
//! * A member sees one grant for each consumer, and there is no valid token that the member does not see. A first
//!   sign-in creates an access token; later ones give the site the same token, with what is allowed at that time.
//! * The exchange is one transaction: the nonce, the request token (which is deleted), the access token, the member's
//!   view (on the condition that it does not belong to another token by now), the owner of the openid, and that the
//!   member is not banned.
//! * A nonce is used up by the same transaction that has the call's effect, or alone if the call has none.
//!
//! This room uses those of clients and members.

pub mod feed;
pub mod import;
pub mod nonce;
pub mod request_token;
pub mod token;
