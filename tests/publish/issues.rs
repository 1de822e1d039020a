//! The issues that pybump keeps, on a GitHub of their own over real HTTP.

mod faults;
mod keeping;
mod stage;
mod strangers;
