//! What the whole-binary tests share.

pub mod judges;
