//! Turns a report, or the fault that a run ended with, into text or JSON. Pure.

mod failure;
pub mod help;
pub mod html;
mod json;
pub mod listing;
mod rendering;
mod reports;
pub mod stages;
mod text;
mod traces;

pub use failure::{End, failure, fault_of, tellable, usage_json, with_code};
pub use rendering::{Format, Style, agent_line, change_line, render};
pub use reports::Report;
pub use traces::traces;
