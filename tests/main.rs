//! Whole-binary tests, one folder a capability.
#![expect(clippy::unwrap_used, reason = "a test whose world cannot be set up shall fail there and then")]

mod actions;
mod audit;
mod check;
mod commit;
mod demo;
mod documents;
mod github;
mod histories;
mod init;
mod input;
mod judges;
mod ledger;
mod library;
mod matrix;
mod notify;
mod openpgp;
mod publish;
mod render;
mod report;
mod signers;
mod support;
mod template;
mod update;
mod upstream;
mod verify;
mod verify_command;
mod watch;
mod workflows;
