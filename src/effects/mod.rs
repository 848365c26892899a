//! One file, one outside system. Thin: no decisions, no printing.

pub mod certs_folder;
pub mod dcos_cli;
pub mod digest;
pub mod fan_out;
pub mod files;
pub mod http;
pub mod http_secret;
pub mod image_archive;
pub mod interrupt;
pub mod key_pair;
pub mod lock;
pub mod marathon;
pub mod mesos;
pub mod mesos_dns;
pub mod pki;
pub mod registry;
pub mod rotation;
pub mod ssh;
pub mod ssh_key;
pub mod tls;
pub mod tls_judge;
mod tls_opinion;
pub mod tls_probe;
pub mod tls_unchecked;
pub mod unfinished;
pub mod x509;
pub mod x509_traits;
