//! An existing CA that is to sign.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use time::OffsetDateTime;

use crate::commands::Context;
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::pki::{self, Ca};

/// The operator's own CA.
#[derive(Debug, Clone, Default, Args)]
pub struct SigningCaArgs {
    /// PEM file of an existing CA to sign with.
    #[arg(long, value_name = "FILE", env = "REGCTL_CA_CERT", requires = "ca_key")]
    pub ca_cert: Option<PathBuf>,
    /// Its private key.
    #[arg(long, value_name = "FILE", env = "REGCTL_CA_KEY", requires = "ca_cert")]
    pub ca_key: Option<PathBuf>,
}

impl SigningCaArgs {
    /// The CA of the flags or of regctl.toml; none where neither names one. Errors, all exit 2: a file that cannot be
    /// used, or a key of another CA.
    pub fn read(&self, context: &Context, now: OffsetDateTime) -> Result<Option<Ca>> {
        let config = &context.config.certs;
        let configured = |file: &Option<PathBuf>| file.as_ref().map(|file| context.resolve(file));
        let certificate = self.ca_cert.clone().or_else(|| configured(&config.ca_cert));
        let key = self.ca_key.clone().or_else(|| configured(&config.ca_key));
        match (certificate, key) {
            (Some(certificate), Some(key)) => pki::read_ca(&certificate, &key, now).map(Some),
            (None, None) => Ok(None),
            _ => {
                Err(Fault::new(FaultKind::Config, say!("in regctl.toml: ca_cert and ca_key belong together"))
                    .into())
            }
        }
    }
}
