//! `verify` against real servers, on 127.0.0.1 and in a lab: each thing that can be wrong is found by its name.

mod answers;
mod bench;
mod cert_doctor;
mod certificates;
mod doctor;
mod hostile;
mod inputs;
mod lab;
mod login;
mod matrix;
mod proxy;
mod registry;
mod tokens;
mod watch;
