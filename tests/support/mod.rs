//! What the whole-binary tests share.

pub mod github;
pub mod inside;
pub mod judges;
pub mod openpgp;
pub mod repository;
pub mod run;
pub mod scene;
pub mod schema;
pub mod worlds;
