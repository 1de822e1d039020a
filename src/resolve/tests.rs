//! Plans from hand-made observations. Verified artifacts come out of `verify` here too, over bundles that the demo
//! authority signs: there is no other way to make one.

mod audit;
mod components;
mod current;
mod keys;
mod newer;
mod properties;
mod scene;
mod series;
mod windows;
