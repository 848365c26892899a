//! The API over HTTP: routes, handlers, faults on demand, and the connections themselves.

mod answer;
mod apps;
mod deployments;
mod events;
mod gate;
mod info;
mod pages;
mod pods;
mod queue;
mod request;
mod route;
mod server;
mod tasks;

pub(crate) use server::serve_connections;
