//! App definitions: read, judged, brought into the form in which Marathon keeps them, and written out again.

mod app;
mod canonical;
mod constraint;
mod fields_1_11;
mod fields_1_4;
mod kind;
mod legacy;
mod reader;
mod rules;
mod rules_1_11;
mod rules_1_4;
mod rules_volumes;
mod submission;
mod view;

pub(crate) use app::{App, Change, HealthCheck, NetworkMode, VersionInfo};

pub(crate) use reader::Fault;
pub(crate) use rules::FEATURES;
pub(crate) use rules_1_11::DEFAULT_ROLE;
pub(crate) use submission::{Submission, created, replaced, updated};
pub(crate) use view::Fields;
