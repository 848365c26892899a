//! The only room that draws and asks.

mod asking;
mod canvas;
mod frame;
mod live;
mod log;
mod prompt;
mod ration;
mod running;
mod screen;
mod symbols;
mod view;

pub use screen::{Loudness, Screen, Settings, stdout_takes_color, stdout_width};
