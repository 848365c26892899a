//! What `regctl init` proposes, and the file that it writes.

pub mod candidates;
pub mod cluster;
pub mod names;
pub mod rows;
pub mod text;
