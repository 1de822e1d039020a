//! How grave something is that is told.

/// From the least to the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For the reader's information.
    Notice,
    /// Something that a person may want to look at.
    Warning,
    /// Something that went wrong.
    Error,
}
