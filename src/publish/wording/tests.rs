//! Bodies whole, as GitHub gets them; and that nothing from outside acts in one or makes it too long.

mod alarm;
mod escape;
mod image;
mod library;
mod limits;
mod notice;
mod scene;
mod signers;
mod title;
