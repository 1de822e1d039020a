//! What pybump says: one value for each command's result, and a renderer for each format.
//!
//! Owns all output wording and layout. Refuses I/O: renderers return text.

pub mod artifact;
pub mod audit;
pub mod check;
pub(crate) mod escape;
pub mod files;
pub mod init;
mod level;
pub mod library;
pub mod markdown;
pub mod page;
mod section;
pub mod signers;
pub mod stale;
mod text;
mod time;
pub mod trust_root;
pub mod update;
pub mod verify;

pub use level::Level;
pub use section::Section;
pub use text::{Palette, check_text, verify_text, wrapped};
pub use time::{ago, instant};
