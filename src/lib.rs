//! regctl gives a DC/OS cluster its own private Docker registry, trusted by every agent.
//!
//! This is the inside of the program of that name, not a library for others: nothing of it is promised but what the
//! program prints. Who wants to read it begins with [`cli`], the table of contents, and takes any file of [`commands`]:
//! each goes the same way from top to bottom.
//!
//! | room | what is in it | what it may use |
//! |---|---|---|
//! | [`cli`] | the command line, and one `match` into the commands | [`commands`], [`report`], [`terminal`], [`domain`] |
//! | [`commands`] | one file, one subcommand: observe, plan, confirm, act, report | all rooms |
//! | [`plan`] | pure decisions; a plan is a value, which `--dry-run` prints | [`domain`] |
//! | [`effects`] | one file, one outside system; [`effects::fan_out`] is the only place with concurrency | [`domain`] |
//! | [`report`] | reports and plans as text, JSON or a page; what the audit trail keeps | [`plan`], [`domain`] |
//! | [`terminal`] | progress and questions | [`domain`] |
//! | [`domain`] | the nouns that all of them share; it does nothing | nothing |
//!
//! `tests/rooms.rs` holds the imports to that. Some doors: [`domain::fault::FaultKind`] has every kind of error and its
//! exit code, [`domain::runtime::Runtime`] what can be made to trust a registry, [`plan::script`] how scripts for agents
//! are made, [`plan::checks`] what is judged, [`effects::ssh`] how one agent is logged in to, and [`commands::flags::lock`]
//! what comes before anything is changed. `docs/architecture.md` has the rooms in one picture, `docs/decisions.md` the
//! reasons, CONTRIBUTING.md how a command, a check and a runtime are added.

// `say!` and `later!` are spoken in every room.
#[macro_use]
extern crate regctl_catalogue;

pub mod cli;
pub mod commands;
pub mod domain;
pub mod effects;
#[cfg(test)]
mod golden;
pub mod plan;
pub mod report;
pub mod terminal;
