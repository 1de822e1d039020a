//! OpenPGP signatures beside the artifacts of series up to 3.13: where there is one, it must hold.

mod agreeing;
mod alone;
mod entry;
mod keys;
mod refused;
