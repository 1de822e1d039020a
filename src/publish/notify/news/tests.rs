//! What is news, and what is remembered of it.
