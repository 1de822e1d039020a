//! Answers judged by git itself.
