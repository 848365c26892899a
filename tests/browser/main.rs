//! The pages of `--report` in a real browser: `scripts/browser`.

mod contrast;
mod driver;
mod pages;
mod sample;
mod using;
