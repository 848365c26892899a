//! Benchmarks: regctl measured against what it replaces, on agents of the lab.

mod agents;
mod csv;
mod fanout;
mod faults;
mod field;
mod figures;
mod goals;
mod group;
mod kit;
mod left;
mod machine;
mod memory;
mod plan;
mod plan_figures;
mod run;
mod runner;
mod setting;
mod static_server;
mod svg;
mod table;
mod way;

pub use fanout::Fanout;
pub use faults::Faults;
pub use plan::Plan;
pub use runner::Runner;
