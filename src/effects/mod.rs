//! One file, one outside system. Thin: no decisions, no printing.

pub mod dcos_cli;
pub mod files;
pub mod http;
pub mod marathon;
pub mod pki;
pub mod ssh;
pub mod tls;
pub mod tls_unchecked;
pub mod x509;
