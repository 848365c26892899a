//! Marathon: which app it has, and the requests that create or replace one.

mod client;
mod refusal;

pub use client::{Accepted, Force, Found, Info, Marathon};
