//! The help of every command: made of its flags and of what the table has for it.

mod asked;
mod contents;
mod environment;
mod flag;
mod itself;
mod keep;
mod look;
mod page;
mod set_up;
#[cfg(test)]
mod shell;
mod table;
mod take_back;
#[cfg(test)]
mod tests;
mod texts;

pub use asked::{answering, asked};
pub use page::{all, help};
pub use texts::texts;
