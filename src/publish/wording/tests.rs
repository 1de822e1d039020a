//! Bodies whole, as GitHub gets them.

mod scene;
