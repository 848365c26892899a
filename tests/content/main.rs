//! What a registry holds, listed, counted, deleted and brought back: against the real registry on 127.0.0.1, and against
//! stand-ins where none is to be had.

mod bench;
mod from_host;
mod image;
mod interrupt;
mod old_registry;
mod repo_ls;
mod tags;
