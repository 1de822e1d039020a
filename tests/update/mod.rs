//! `pybump update`: what it writes to the byte, what it leaves alone, and that nothing unproven is ever written.

mod components;
mod drift;
mod effects;
mod forged;
mod interrupted;
mod new_key;
mod transfers;
mod windows;
