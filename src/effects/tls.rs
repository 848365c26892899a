//! TLS as a client: which roots count.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};

use crate::domain::fault::{Fault, FaultKind};

/// Reads every certificate of a PEM file that the operator named. Errors: not PEM, no certificate in it.
pub fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let text = super::files::read_text(path, FaultKind::InputFile)?;
    let parsed: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    match parsed {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => {
            Err(Fault::new(FaultKind::NotPem, say!("{} holds no certificate in PEM form", path.display()))
                .into())
        }
    }
}

/// The system's roots and the given ones. A machine without system roots is no error: then only the given ones count.
pub fn roots(own: &[CertificateDer<'static>]) -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    store.add_parsable_certificates(own.iter().cloned());
    store
}

/// The configuration for talking to Mesos, Marathon and Admin Router: roots as in [`roots`].
pub fn client_config(own: &[CertificateDer<'static>]) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    builder(provider).with_root_certificates(roots(own)).with_no_client_auth()
}

/// A configuration that speaks TLS 1.2 and 1.3 and does not know yet whom to trust.
pub(super) fn builder(provider: Arc<CryptoProvider>) -> ConfigBuilder<ClientConfig, WantsVerifier> {
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("aws-lc-rs speaks TLS 1.2 and 1.3")
}
