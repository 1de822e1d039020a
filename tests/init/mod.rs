//! `pybump init` and the configuration that it writes.

mod configuration;
mod faults;
mod folder;
mod found;
mod started;
