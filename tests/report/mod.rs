//! `pybump report`: what it tells of a repository, on which page, and what it says where a source is silent.

mod faults;
mod feed;
mod page;
mod story;
