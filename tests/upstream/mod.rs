//! docker-library/python itself, from the clone that `PYBUMP_UPSTREAM` names.

mod history;
mod updates;
