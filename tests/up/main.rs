//! `regctl up` and `regctl down`: all the way there and back, interrupted at every stage.

mod cluster;
mod down;
mod faults;
mod interrupt;
mod local_proxy;
mod plain;
#[expect(dead_code, reason = "what one of the two needs, the other may not")]
#[path = "../deploy/run.rs"]
mod run;
mod way;
