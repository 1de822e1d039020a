//! The official-images pull request that `pybump pr library` keeps, over real HTTP.

mod both;
mod faults;
mod refusals;
mod rolling;
mod stage;
mod upstream;
