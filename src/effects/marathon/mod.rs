//! Marathon: which app it has, and the requests that create or replace one.

pub mod answers;
mod client;
mod history;
mod progress;
pub mod refusal;
mod survey;

pub use client::{Accepted, Force, Found, Info, Marathon};
