//! The only room that draws and asks.

mod prompt;
mod screen;

pub use screen::{Loudness, Screen, Settings, stdout_takes_color, stdout_width};
