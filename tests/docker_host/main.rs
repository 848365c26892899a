//! `--docker-host`: a registry that a real Docker Engine runs on one host, without a cluster.

mod clients;
mod gc;
#[path = "../deploy/images.rs"]
mod images;
mod life;
mod refusals;
#[path = "../deploy/run.rs"]
mod run;
mod secrecy;
mod site;
mod users;
