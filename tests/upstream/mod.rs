//! docker-library/python itself, from the clone that `PYBUMP_UPSTREAM` names.

#![cfg(test)] // By this clippy knows that unwrapping is all right here.

mod history;
mod pulls;
mod subjects;
mod updates;
