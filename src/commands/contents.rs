//! The one registry whose contents a command is about.

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::flags::{LoginArgs, RegistryArgs};
use super::registry_client;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::language::spoken;
use crate::domain::registry::RegistryAddress;
use crate::domain::registry_api::Api;
use crate::effects::registry::Registry;
use crate::plan::old_registry;

/// Which registry, and who looks into it.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct ContentsArgs {
    #[command(flatten)]
    pub(super) registry: RegistryArgs,
    #[command(flatten)]
    pub(super) login: LoginArgs,
}

/// A registry that lets us in.
pub(super) struct Contents {
    /// Its address.
    pub(super) address: RegistryAddress,
    /// The way to it.
    pub(super) registry: Registry,
    /// The version of its API.
    pub(super) version: Version,
}

/// The version of a registry's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// That of docker-registry, until 2015.
    One,
    /// That of all registries since.
    Two,
}

impl ContentsArgs {
    /// Whether a flag names the registry.
    pub(super) const fn names_registry(&self) -> bool {
        !self.registry.registry.is_empty()
    }

    /// Asks the registry that is meant what it is: that of the flag, or the first one that is configured. Errors: more
    /// than one is named, it lets nobody in, or it is none.
    pub(super) async fn open(&self, context: &Context) -> Result<Contents> {
        if self.registry.registry.len() > 1 {
            return Err(Fault::usage(say!("--registry: one registry at a time")).into());
        }
        let named = self.registry.named(context, OffsetDateTime::now_utc())?;
        let named = named.into_iter().next().expect("a registry has an address");
        let credentials = self.login.credentials(&named.config, context)?;
        let registry = registry_client::client(&named, credentials)?;
        context.tell(Event::Detail(say!("asking {} what it is", named.address)));
        let version = version(&registry.api().await?, &named.address)?;
        Ok(Contents { address: named.address, registry, version })
    }

    /// The same for what needs manifests. Errors: it is a registry of version 1.
    pub(super) async fn open_version_2(&self, context: &Context) -> Result<Contents> {
        let contents = self.open(context).await?;
        match contents.version {
            Version::Two => Ok(contents),
            Version::One => {
                let what = format!("{}: {}", contents.address, spoken(old_registry::WHAT));
                Err(Fault::new(FaultKind::OldRegistry, what).hint(old_registry::HINT).into())
            }
        }
    }
}

fn version(api: &Api, address: &RegistryAddress) -> Result<Version, Fault> {
    match api {
        Api::Open => Ok(Version::Two),
        Api::Version1 => Ok(Version::One),
        Api::WantsUser { .. } => {
            Err(Fault::new(FaultKind::Unauthorized, say!("{address} wants a user, and none was given"))
                .hint(say!("Give --user and --password-file.")))
        }
        Api::RefusesUser { scheme } => Err(Fault::new(
            FaultKind::Unauthorized,
            say!("{address} does not take this user and password ({scheme})"),
        )
        .hint(say!("regctl verify says more."))),
        Api::NotARegistry { answer } => {
            Err(Fault::new(FaultKind::OtherService, say!("{address} is no registry: /v2/ answers {answer}"))
                .hint(say!("regctl verify says more.")))
        }
    }
}
