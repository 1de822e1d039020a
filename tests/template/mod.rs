//! The template engine against gawk and jq: the same bytes, or both fail.

mod generated;
pub mod oracle;
mod strategies;
