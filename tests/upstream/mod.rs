//! docker-library/python's history, replayed.

mod updates;
