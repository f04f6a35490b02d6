//! Pictures: which files are accepted, how they are processed, and where they are stored.

mod decode;
mod inspect;
mod kind;
mod s3;
#[cfg(test)]
mod samples;
mod scale;
mod storage;
mod structure;

pub use decode::{Picture, decode};
pub use inspect::inspect;
pub use kind::{Kind, Refusal};
pub use storage::{Error, Pictures};
