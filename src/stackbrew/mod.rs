//! The official-images side of an image: its library file in stackbrew format, the tag list of its
//! documentation, and what a commit of it says.
//!
//! Owns which tags, architectures and commit each Dockerfile has, as docker-library/python's
//! `generate-stackbrew-library.sh` answers for a clone. Refuses the network, and a shallow clone.

mod changes;
mod dockerfile;
mod error;
mod history;
mod image_clone;
mod library;
mod matrix;
mod recipes;
mod rules;
mod steps;
mod tag_list;
mod tags;

pub use changes::{ChangedCommit, Changes};
pub use error::LibraryError;
pub use image_clone::{CloneError, ImageClone};
pub use library::{Entry, Library, Parents, library};
pub use matrix::{MadeMatrix, Matrix, MatrixRow, TooManyRows};
pub use recipes::{Parent, Recipe, Recipes};
pub use rules::Rules;
pub use steps::Step;
pub use tag_list::{ReadmeError, SharedTags, TagLink, TagList, in_readme};
pub use tags::Tags;
