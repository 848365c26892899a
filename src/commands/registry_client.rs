//! The way from what is configured about a registry to a client of its API.

use std::time::Duration;

use anyhow::{Context as _, Result};
use reqwest::Url;

use super::flags::NamedRegistry;
use crate::domain::certificate::Certificate;
use crate::domain::credentials::Credentials;
use crate::effects::http::{self, Endpoint};
use crate::effects::registry::Registry;
use crate::effects::tls_judge;

/// The longest that one answer of the registry may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// A client of the registry, with the roots, the proxy and the scheme that are configured for it.
pub(super) fn client(registry: &NamedRegistry, credentials: Option<Credentials>) -> Result<Registry> {
    let proxy = registry.proxy.as_deref();
    let client = http::client(tls_judge::client_config(own(registry)), proxy, REQUEST_TIMEOUT)?;
    let address = &registry.address;
    let base =
        Url::parse(&address.url(registry.transport())).with_context(|| say!("making a URL of {address}"))?;
    Ok(Registry::new(Endpoint::new(base, client, None), credentials))
}

/// The certificates that its own is judged by; none where the system's roots are to do.
pub(super) fn own(registry: &NamedRegistry) -> &[Certificate] {
    registry.ca.as_ref().map(|ca| ca.certificates.as_slice()).unwrap_or_default()
}
