//! The jq-template engine: docker-library's Dockerfile templates, compiled once and rendered in-process on jaq.
//!
//! A template is text with `{{ jq }}` blocks (`scripts/jq-template.awk` in docker-library/bashbrew is the reference; the
//! language's rules are told in `blocks` and `program`). Refuses anything that reaches out of a render: the process
//! environment, the clock, files outside the template's folder. Errors name template, line and column.
//!
//! Bounded: a template's length and depth, the steps of a render and the depth of its recursion; past a bound there is an
//! error. Not bounded: what one step makes of values that doubled at each step before it (`"x" * 1000000000`).

mod blocks;
mod builtins;
mod compile;
mod deep_stack;
mod depth;
mod engine;
mod error;
mod include;
mod manifest;
mod program;
mod render;
#[cfg(test)]
mod tests;

pub use error::{Limit, Place, Problem, TemplateError};
pub use manifest::ManifestValue;
pub use render::{Job, Template, Variables, Windows, render_all};

/// The longest template, in bytes.
pub const TEMPLATE_LIMIT: usize = 1 << 20;

/// The longest program, in bytes: what stands in a template's blocks and what joins it, and a file that it includes.
pub const CODE_LIMIT: usize = 64 << 10;
