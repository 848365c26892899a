//! Apps as Marathon has them against apps as they are wanted.

mod admission;
mod cache;
mod decide;
mod diff;
mod history;
mod keys;
mod neighbours;
mod normal;
mod rules;
mod setting;
mod transport;

pub use admission::{Digests, admitted};
pub use decide::{AppChange, decide, is_left_behind, warnings};
pub(in crate::plan) use diff::diff;
pub use history::{bringing_in, only_brings_in, rollback_warnings, way_back};
pub use neighbours::{apart, new_folders};
pub use rules::check;
pub use setting::{Setting, apply};
pub use transport::bare_names;
