//! Tier T0: real servers on 127.0.0.1, without privileges and without a lab around them.

mod old_registry;
mod registry;
mod shell;
mod token;
mod web;

pub use old_registry::OldRegistry;
pub use registry::{Registry, Setup};
pub use shell::shell;
pub use token::{ISSUER, SERVICE, TokenServer};
pub use web::Web;
