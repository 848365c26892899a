//! `regctl tag delete`: images that nobody needs any more, with a way back.

mod deleting;
mod run;
mod wishes;

pub use run::{Args, run};
