//! A registry that keeps the images of another one: a pull-through cache.

#![expect(rustdoc::bare_urls, reason = "the flags' comments are help texts, not links")]

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::words::in_config;
use crate::commands::Context;
use crate::domain::config::RegistryConfig;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::upstream::{Upstream, UpstreamUrl};

/// The upstream group of flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Registry")]
pub struct UpstreamArgs {
    /// Make it a pull-through cache of this registry, such as https://registry-1.docker.io; nothing can be pushed to it.
    #[arg(long, value_name = "URL", env = "REGCTL_PROXY")]
    pub proxy: Option<UpstreamUrl>,
    /// User at that registry, which must ask for tokens, as Docker Hub, Harbor and GitLab do: a cache knows nothing else.
    #[arg(long, value_name = "NAME", env = "REGCTL_PROXY_USER")]
    pub proxy_user: Option<String>,
    /// File with that user's password or token.
    #[arg(long, value_name = "FILE", env = "REGCTL_PROXY_PASSWORD_FILE")]
    pub proxy_password_file: Option<PathBuf>,
}

impl UpstreamArgs {
    /// The registry whose images are kept; none where it is a registry of its own. Errors: a bad URL in regctl.toml, or a
    /// user without a password or without an upstream.
    pub fn upstream(&self, config: &RegistryConfig, context: &Context) -> Result<Option<Upstream>> {
        let configured = config.proxy.url.as_deref().map(str::parse::<UpstreamUrl>).transpose();
        let url = self.proxy.clone().map_or_else(|| configured.map_err(in_config), |url| Ok(Some(url)))?;
        let user = self.proxy_user.clone().or_else(|| config.proxy.user.clone());
        let file = || config.proxy.password_file.as_ref().map(|file| context.resolve(file));
        match (url, user, self.proxy_password_file.clone().or_else(file)) {
            (Some(url), None, None) => Ok(Some(Upstream { url, login: None })),
            (Some(url), Some(user), Some(file)) => Ok(Some(Upstream { url, login: Some((user, file)) })),
            (None, None, None) => Ok(None),
            (None, ..) => Err(Fault::new(
                FaultKind::MissingValue,
                say!("a user of an upstream is given, and no upstream"),
            )
            .hint(say!("Name it with --proxy URL, or url under [registry.proxy]."))
            .into()),
            (Some(url), ..) => Err(Fault::new(
                FaultKind::MissingValue,
                say!("the user of {url} needs a name and a password file"),
            )
            .hint(say!(
                "Give --proxy-user and --proxy-password-file, or user and password_file under \
                 [registry.proxy]."
            ))
            .into()),
        }
    }
}
