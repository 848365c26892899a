//! Where the cluster is and how to be let in.

#![expect(rustdoc::bare_urls, reason = "the flags' comments are help texts, not links")]

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use reqwest::Url;

use crate::commands::Context;
use crate::domain::credentials::Credentials;
use crate::domain::dcos_cli::{DcosCluster, SslVerify};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::secret::Secret;
use crate::effects::http::{self, Endpoint};
use crate::effects::{dcos_cli, files, tls, tls_unchecked};

/// Where a DC/OS cluster answers from within.
const DEFAULT_MESOS: &str = "http://master.mesos:5050";
const DEFAULT_MARATHON: &str = "http://marathon.mesos:8080";
/// The longest that one answer may take; waiting for an app is many requests.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// The cluster group of flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cluster")]
pub struct ClusterArgs {
    /// A Mesos master, leading or not [default: http://master.mesos:5050].
    #[arg(long, value_name = "URL", env = "REGCTL_MESOS")]
    pub mesos: Option<String>,
    /// Marathon, or Admin Router's https://HOST/service/marathon [default: http://marathon.mesos:8080].
    #[arg(long, value_name = "URL", env = "REGCTL_MARATHON")]
    pub marathon: Option<String>,
    /// File with a DC/OS token.
    #[arg(long, value_name = "FILE", env = "REGCTL_TOKEN_FILE")]
    pub token_file: Option<PathBuf>,
    /// User for HTTP Basic.
    #[arg(long, value_name = "NAME", env = "REGCTL_CLUSTER_USER", requires = "cluster_password_file")]
    pub cluster_user: Option<String>,
    /// File with that user's password.
    #[arg(long, value_name = "FILE", env = "REGCTL_CLUSTER_PASSWORD_FILE")]
    pub cluster_password_file: Option<PathBuf>,
    /// PEM file with the CA of the cluster's own certificates.
    #[arg(long, value_name = "FILE", env = "REGCTL_CLUSTER_CA")]
    pub cluster_ca: Option<PathBuf>,
}

impl ClusterArgs {
    /// The Mesos master to ask: the flag, `[cluster] mesos`, Mesos behind `[cluster] dcos`, or master.mesos.
    pub fn mesos(&self, context: &Context) -> Result<Endpoint> {
        let config = &context.config.cluster;
        let behind = config.dcos.as_ref().map(|dcos| format!("{}/mesos", dcos.trim_end_matches('/')));
        let url = self.mesos.clone().or_else(|| config.mesos.clone()).or(behind);
        self.endpoint("--mesos", url.as_deref().unwrap_or(DEFAULT_MESOS), context)
    }

    /// The Mesos that belongs to the Marathon that is asked: the one that is named, the one behind the same Admin Router,
    /// or master.mesos where Marathon is named within the cluster too. None where nothing says where it is.
    pub fn mesos_beside_marathon(&self, context: &Context) -> Result<Option<Endpoint>> {
        let config = &context.config.cluster;
        let named = self.mesos.is_some() || config.mesos.is_some() || config.dcos.is_some();
        let Some(marathon) = self.marathon.as_ref().or(config.marathon.as_ref()).filter(|_| !named) else {
            return self.mesos(context).map(Some);
        };
        if let Some(router) = marathon.trim_end_matches('/').strip_suffix("/service/marathon") {
            return self.endpoint("--mesos", &format!("{router}/mesos"), context).map(Some);
        }
        let host = Url::parse(marathon).ok().and_then(|url| url.host_str().map(str::to_owned));
        let within = host.is_some_and(|host| host.ends_with(".mesos"));
        if within { self.mesos(context).map(Some) } else { Ok(None) }
    }

    /// A short name for the cluster, for its state directory: the configured one, or the host of its Mesos.
    pub fn name(&self, context: &Context) -> String {
        let config = &context.config.cluster;
        let url = self.mesos.as_ref().or(config.mesos.as_ref()).or(config.dcos.as_ref());
        let url = Url::parse(url.map_or(DEFAULT_MESOS, String::as_str)).ok();
        let host = url.and_then(|url| url.host_str().map(str::to_owned));
        config.name.clone().or(host).unwrap_or_default()
    }

    /// The Marathon to ask, where one is named by flag or configuration.
    pub fn named_marathon(&self, context: &Context) -> Result<Option<Endpoint>> {
        let config = &context.config.cluster;
        let behind =
            config.dcos.as_ref().map(|dcos| format!("{}/service/marathon", dcos.trim_end_matches('/')));
        let url = self.marathon.clone().or_else(|| config.marathon.clone()).or(behind);
        url.map(|url| self.endpoint("--marathon", &url, context)).transpose()
    }

    /// The same flags with a Marathon named, if by its default: for a command that is to ask it in any case.
    #[must_use]
    pub fn with_marathon(&self, context: &Context) -> Self {
        let config = &context.config.cluster;
        let named = self.marathon.is_some() || config.marathon.is_some() || config.dcos.is_some();
        let default = || (!named).then(|| DEFAULT_MARATHON.to_owned());
        Self { marathon: self.marathon.clone().or_else(default), ..self.clone() }
    }

    /// The Marathon to ask; marathon.mesos where none is named.
    pub fn marathon(&self, context: &Context) -> Result<Endpoint> {
        match self.named_marathon(context)? {
            Some(endpoint) => Ok(endpoint),
            None => self.endpoint("--marathon", DEFAULT_MARATHON, context),
        }
    }

    fn endpoint(&self, what: &str, text: &str, context: &Context) -> Result<Endpoint> {
        let url = http::parse_base(what, text)?;
        let attached = attached_to(&url);
        let credentials = match in_url(&url) {
            Some(credentials) => Some(credentials),
            None => self.credentials(context)?.or_else(|| token_of(attached.as_ref())),
        };
        let tls = self.tls(&url, attached.as_ref(), context)?;
        let client = http::client(tls, context.config.cluster.proxy.as_deref(), REQUEST_TIMEOUT)?;
        Ok(Endpoint::new(url, client, credentials))
    }

    /// What the operator says of the cluster's CA wins over what the dcos CLI was told.
    fn tls(
        &self,
        url: &Url,
        attached: Option<&DcosCluster>,
        context: &Context,
    ) -> Result<rustls::ClientConfig> {
        let configured = context.config.cluster.ca.as_ref().map(|file| context.resolve(file));
        let own = self.cluster_ca.clone().or(configured);
        match (&own, attached.map(|cluster| &cluster.verify)) {
            (Some(file), _) | (None, Some(SslVerify::Ca(file))) => {
                Ok(tls::client_config(&tls::read_certificates(file)?))
            }
            (None, Some(SslVerify::Off)) if url.scheme() == "https" => {
                let host = url.host_str().unwrap_or_default();
                let text = say!(
                    "the certificate of {host} is not checked, because the dcos CLI is told ssl_verify = false"
                );
                context.tell(Event::Warning(text));
                Ok(tls_unchecked::client_config())
            }
            _ => Ok(tls::client_config(&[])),
        }
    }

    fn credentials(&self, context: &Context) -> Result<Option<Credentials>> {
        let config = &context.config.cluster;
        let resolve = |file: &PathBuf| context.resolve(file);
        let token_file = self.token_file.clone().or_else(|| config.token_file.as_ref().map(resolve));
        let user = self.cluster_user.clone().or_else(|| config.user.clone());
        let password_file =
            self.cluster_password_file.clone().or_else(|| config.password_file.as_ref().map(resolve));
        match (token_file, user, password_file) {
            (Some(_), Some(_), _) => {
                Err(Fault::usage(say!("a token and a user are both given; the cluster takes one")).into())
            }
            (Some(file), None, _) => Ok(Some(Credentials::Token(files::read_secret(&file)?))),
            (None, Some(user), Some(file)) => {
                Ok(Some(Credentials::Basic { user, password: files::read_secret(&file)? }))
            }
            (None, Some(user), None) => Err(Fault::new(
                FaultKind::MissingValue,
                say!("there is no password file for the cluster's user {user}"),
            )
            .into()),
            (None, None, _) => Ok(None),
        }
    }
}

/// The dcos CLI's cluster, if this URL is on the very server that its token was made by: nobody else may have it.
fn attached_to(url: &Url) -> Option<DcosCluster> {
    dcos_cli::attached()
        .filter(|cluster| Url::parse(&cluster.url).is_ok_and(|own| own.origin() == url.origin()))
}

fn token_of(cluster: Option<&DcosCluster>) -> Option<Credentials> {
    cluster?.token.clone().map(Credentials::Token)
}

/// The credentials of `http://user:password@host`.
fn in_url(url: &Url) -> Option<Credentials> {
    let decode = |text: &str| percent_decode(text);
    let password = Secret::new(decode(url.password()?));
    Some(Credentials::Basic { user: decode(url.username()), password })
}

/// Undoes `%40` and its like; a stray `%` stays as it is.
fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = code.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_in_a_url_are_decoded() {
        let url: Url = "http://op%40x:p%25w%3A@host:5050".parse().expect("a URL");
        let expected = Credentials::Basic { user: "op@x".to_owned(), password: Secret::new("p%w:") };
        assert_eq!(in_url(&url), Some(expected));
        assert_eq!(in_url(&"http://host".parse().expect("a URL")), None);
    }
}
