//! Who is told of what needs a person: the one issue on GitHub, and the webhook.

pub mod hook;
mod issue;
pub mod stage;
#[cfg(unix)]
mod watching;
mod webhook;
