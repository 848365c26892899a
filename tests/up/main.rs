//! `regctl up` and `regctl down`: all the way there and back, interrupted at every stage.

mod cluster;
mod down;
mod faults;
mod init;
mod init_asks;
mod interrupt;
mod language;
mod local_proxy;
mod plain;
#[path = "../deploy/run.rs"]
mod run;
mod way;
