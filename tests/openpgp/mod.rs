//! OpenPGP signatures beside the artifacts of series up to 3.13: where there is one, it must hold.

mod agreeing;
mod keys;
mod refused;
