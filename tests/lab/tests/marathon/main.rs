//! The Marathon stand-in, on the loopback interface and with real tasks.

mod client;
mod deploying;
mod documents;
mod faults;
mod placing;
mod resuming;
mod strictness;
