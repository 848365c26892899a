//! The help of a command, for a terminal and for man.

mod roff;
mod text;
mod wrap;

pub use roff::page;
pub use text::text;
