//! `--base REF`: the commit that a branch or a pull request is compared with.

use anyhow::Result;

use super::arguments::Cli;
use super::status::Misuse;
use crate::publish::{Base, BaseError};

/// What `--base` names; a name that is not there is a misuse, for the error says what to fetch.
pub fn open(cli: &Cli, reference: &str) -> Result<Base> {
    Base::open(&cli.directory, reference).map_err(|error| match error {
        BaseError::Unknown { .. } => Misuse(error.to_string()).into(),
        error => error.into(),
    })
}
