//! What Marathon knows and decides, without doing any of it: apps, deployments, instances, the queue, health.

mod answers;
mod book;
mod change;
mod deployment;
mod event;
mod health;
mod instance;
mod offers;
mod queue;
mod replacement;
mod schedule;
mod services;
mod task_update;

pub(crate) use answers::Detail;
pub(crate) use book::{Book, Command};
pub(crate) use change::{MOST_DEPLOYMENTS, Receipt, Target};
pub(crate) use event::Event;
pub(crate) use health::CheckOutcome;
pub(crate) use instance::{Condition, Instance};
pub(crate) use task_update::TaskUpdate;
