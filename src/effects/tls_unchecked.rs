//! TLS that believes any certificate, for clusters whose dcos CLI was told `ssl_verify = false`.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, Error};

use super::tls_opinion::{self, Opinion};

/// A configuration that encrypts but does not know to whom. Its user has to say so.
pub fn client_config() -> ClientConfig {
    tls_opinion::client_config(Arc::new(Unchecked))
}

#[derive(Debug)]
struct Unchecked;

impl Opinion for Unchecked {
    fn accept(&self, _: &[&CertificateDer<'_>], _: &ServerName<'_>, _: UnixTime) -> Result<(), Error> {
        Ok(())
    }
}
