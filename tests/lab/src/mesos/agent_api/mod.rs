//! What a Mesos agent itself answers on its port 5051: its state, and the files of its tasks' sandboxes.

mod files;
mod sandboxes;
mod server;

pub(crate) use server::serve;
