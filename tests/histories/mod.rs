//! Five mishaps of upstream's bot, told again: the world goes wrong as it did then, step by step, and is mended. Each ends in
//! no commit or in an alarm, and the right update arrives once it can.
//!
//! Each file names the commits of docker-library/python in which the mishap went through.

mod lost_checksum;
mod lost_windows;
mod rerolled_installer;
mod rerolled_source;
mod setuptools_back_and_forth;
mod told;
