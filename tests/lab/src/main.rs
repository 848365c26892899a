//! `regctl-lab`: starts, enters and ends the lab.
fn main() {}
