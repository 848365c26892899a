//! regctl at a real terminal: what it shows while it works, and what it leaves behind. tmux plays the terminal.

mod endings;
mod fleets;
mod plain;
mod questions;
mod site;
mod sizes;
