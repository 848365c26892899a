//! A report as one self-contained page to look at. What the page shows is data in it; `templates/report.js` draws it.

mod certificates;
mod data;
mod escape;
mod failures;
mod fleet;
mod gather;
mod labels;
mod page;
mod state;
mod texts;
mod times;

pub use page::{Run, page};
