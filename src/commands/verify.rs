//! `regctl verify`: whether the registry is reached, trusted and works, from here and from every agent.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use aws_lc_rs::rand;
use reqwest::Url;
use time::OffsetDateTime;

use super::Context;
use super::flags::RegistryArgs;
use crate::domain::certificate::CaFile;
use crate::domain::credentials::Credentials;
use crate::domain::event::Event;
use crate::domain::fault::Fault;
use crate::domain::finding::{Finding, Status, VerifyReport};
use crate::domain::registry::RegistryAddress;
use crate::domain::registry_api::{Api, Deletion};
use crate::effects::http::{self, Endpoint};
use crate::effects::registry::Registry;
use crate::effects::{files, tls_judge, tls_probe};
use crate::plan::checks::{registry as checks, tls};
use crate::plan::probe_image;
use crate::report::{Report, fault_of};

/// The longest that one answer of the registry may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Flags of `verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  regctl verify                                       from this machine, read-only
  regctl verify --push                                and push a tiny image and read it back
  regctl verify --registry lb.example.com:5000 --ca certs/ca.crt")]
pub struct Args {
    #[command(flatten)]
    registry: RegistryArgs,
    /// User to log in to the registry as.
    #[arg(long, value_name = "NAME", env = "REGCTL_USER", help_heading = "Registry")]
    user: Option<String>,
    /// File with that user's password.
    #[arg(long, value_name = "FILE", env = "REGCTL_PASSWORD_FILE", help_heading = "Registry")]
    password_file: Option<PathBuf>,
    /// Push a tiny image, read it back and delete it.
    #[arg(long)]
    push: bool,
}

/// Observes one thing after the other and makes findings of it; changes nothing unless `--push` is given.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let addresses = args.registry.addresses(context)?;
    let visit = Visit::new(&args, context)?;
    let mut findings = Vec::new();
    for address in &addresses {
        context.tell(Event::Stage(format!("checking {address}")));
        findings.extend(visit.registry(address).await?);
    }
    Ok(VerifyReport::new(findings).into())
}

/// What every check of the registry needs.
struct Visit {
    ca: Option<CaFile>,
    credentials: Option<Credentials>,
    push: bool,
    plain_http: bool,
}

impl Visit {
    fn new(args: &Args, context: &Context) -> Result<Self> {
        let config = context.config.first_registry();
        Ok(Self {
            ca: args.registry.ca_if_any(context, OffsetDateTime::now_utc())?,
            credentials: credentials(args, context)?,
            push: args.push,
            plain_http: config.tls == Some(false),
        })
    }

    /// The checks of the registry at one address, each after the one that it rests on.
    async fn registry(&self, address: &RegistryAddress) -> Result<Vec<Finding>> {
        let mut findings = vec![self.tls(address).await];
        if findings[0].status == Status::Fail {
            findings.extend(checks::skipped_after(&findings[0], &["api", "catalog", "push-pull"]));
        } else {
            let registry = Registry::new(self.endpoint(address)?);
            let answer = registry.api().await.map_err(|error| fault_of(&error));
            findings.push(checks::api(&answer));
            findings.extend(self.inside(&registry, &answer).await?);
        }
        Ok(findings.into_iter().map(|finding| finding.about(address)).collect())
    }

    async fn tls(&self, address: &RegistryAddress) -> Finding {
        if self.plain_http {
            return Finding::skip("tls", "regctl.toml says tls = false");
        }
        let own = self.ca.as_ref().map(|ca| ca.certificates.as_slice()).unwrap_or_default();
        let path = self.ca.as_ref().map(|ca| ca.path.display().to_string());
        let now = OffsetDateTime::now_utc();
        let meeting = tls_probe::probe(address, own, now).await;
        tls::check(&meeting, tls::Given { address, ca: path.as_deref(), now })
    }

    /// The checks behind the registry's door.
    async fn inside(&self, registry: &Registry, api: &Result<Api, Fault>) -> Result<Vec<Finding>> {
        match api {
            Ok(Api::Open) => {
                let catalog = checks::catalog(&registry.catalog().await.map_err(|error| fault_of(&error)));
                Ok(vec![catalog, self.push_pull(registry).await?])
            }
            Ok(Api::WantsUser { .. }) if self.push => {
                Ok(vec![checks::wants_user("catalog"), checks::wants_user("push-pull")])
            }
            Ok(Api::WantsUser { .. }) => Ok(vec![checks::wants_user("catalog"), not_asked_for()]),
            _ => Ok(checks::skipped_after(&checks::api(api), &["catalog", "push-pull"])),
        }
    }

    async fn push_pull(&self, registry: &Registry) -> Result<Finding> {
        if !self.push {
            return Ok(not_asked_for());
        }
        let image = probe_image::image(&nonce()?);
        let pushed = async {
            registry.push(&image).await?;
            let same = registry.read_back(&image).await;
            let deletion = registry.delete(&image).await;
            same.and(deletion)
        };
        let answer: Result<Deletion, Fault> = pushed.await.map_err(|error| fault_of(&error));
        Ok(checks::push_pull(&image, &answer))
    }

    fn endpoint(&self, address: &RegistryAddress) -> Result<Endpoint> {
        let own = self.ca.as_ref().map(|ca| ca.certificates.as_slice()).unwrap_or_default();
        let client = http::client(tls_judge::client_config(own), None, REQUEST_TIMEOUT)?;
        let scheme = if self.plain_http { "http" } else { "https" };
        let base = format!("{scheme}://{}:{}", address.host().bracketed(), address.port());
        let base = Url::parse(&base).with_context(|| format!("making a URL of {address}"))?;
        Ok(Endpoint::new(base, client, self.credentials.clone()))
    }
}

fn not_asked_for() -> Finding {
    Finding::skip("push-pull", "not asked for (--push)")
}

fn credentials(args: &Args, context: &Context) -> Result<Option<Credentials>> {
    let config = context.config.first_registry();
    let configured = config.password_file.map(|file| context.resolve(&file));
    let user = args.user.clone().or(config.user);
    match (user, args.password_file.clone().or(configured)) {
        (None, _) => Ok(None),
        (Some(user), Some(file)) => {
            Ok(Some(Credentials::Basic { user, password: files::read_secret(&file)? }))
        }
        (Some(user), None) => {
            Err(Fault::usage(format!("there is no password file for the registry's user {user}")).into())
        }
    }
}

/// Sixteen random bytes in hexadecimal digits.
fn nonce() -> Result<String> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).context("the system has no random numbers to give")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
