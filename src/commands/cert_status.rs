//! `regctl cert status`: how long the registry's certificates still last, here and where they are served.

use std::path::PathBuf;

use anyhow::Result;
use time::{Duration, OffsetDateTime};

use super::Context;
use super::cert_source::{self, CertSource};
use super::flags;
use crate::domain::cert_status::{CertStatus, CertStatusReport, State};
use crate::domain::duration;
use crate::domain::event::Event;
use crate::domain::registry::RegistryAddress;
use crate::domain::tls::Meeting;
use crate::effects::tls_probe;
use crate::plan::cert_status;
use crate::plan::checks::tls;
use crate::report::{Report, fault_of};

/// Flags of `cert status`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to look at in place of the certs folder.
    #[arg(value_name = "FILE|HOST[:PORT]")]
    sources: Vec<CertSource>,
    /// How long before its end a certificate is worth a warning.
    #[arg(long, value_name = "TIME", default_value = "60d", value_parser = duration::parse)]
    warn: std::time::Duration,
    /// Folder with ca.crt and domain.crt [default: certs].
    #[arg(long, value_name = "DIR", env = "REGCTL_CERTS")]
    certs: Option<PathBuf>,
    /// Ask the registry at this address, too; may be repeated.
    #[arg(long, value_name = "HOST[:PORT]", env = "REGCTL_REGISTRY", value_delimiter = ',')]
    registry: Vec<RegistryAddress>,
    /// Ask the registry at all of its addresses, and fail where one does not answer.
    #[arg(long)]
    live: bool,
}

/// Looks at each of them.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let warn = Duration::try_from(args.warn).unwrap_or(Duration::MAX);
    let looking = Looking { now: OffsetDateTime::now_utc(), warn, context };
    let certificates = if args.sources.is_empty() {
        looking.of_registry(&args).await?
    } else {
        let mut all = Vec::new();
        for source in &args.sources {
            all.push(match source {
                CertSource::File(path) => looking.at_file(path),
                CertSource::Server(address) => looking.at_server(address, State::Unreachable).await,
            });
        }
        all
    };
    Ok(CertStatusReport::new(warn.whole_days(), certificates).into())
}

/// What every look has in common.
struct Looking<'a> {
    now: OffsetDateTime,
    warn: Duration,
    context: &'a Context,
}

impl Looking<'_> {
    /// The two files of the certs folder, then what is served.
    async fn of_registry(&self, args: &Args) -> Result<Vec<CertStatus>> {
        let folder = args.certs.clone().unwrap_or_else(|| flags::certs_folder(self.context));
        let (ca, leaf) = (self.at_file(&folder.join("ca.crt")), self.at_file(&folder.join("domain.crt")));
        let mut served = Vec::new();
        let config = self.context.config.first_registry();
        let insisted = args.live || !args.registry.is_empty();
        let configured = !self.context.config.registry.is_empty() && config.tls != Some(false);
        let addresses = match args.registry.as_slice() {
            [] if args.live || configured => flags::configured_addresses(&config)?,
            named => named.to_vec(),
        };
        for address in addresses {
            let silent = if insisted { State::Unreachable } else { State::Skipped };
            let mut status = self.at_server(&address, silent).await;
            cert_status::compare(&mut status, &leaf);
            served.push(status);
        }
        Ok([ca, leaf].into_iter().chain(served).collect())
    }

    fn at_file(&self, path: &std::path::Path) -> CertStatus {
        let source = path.display().to_string();
        match cert_source::read(path) {
            Ok(file) => cert_status::of_chain(source, &file.certificates, self.now, self.warn),
            Err(error) => cert_status::without(source, State::Unreadable, fault_of(&error).message),
        }
    }

    /// What a server shows; `silent` is what it counts for that it shows nothing.
    async fn at_server(&self, address: &RegistryAddress, silent: State) -> CertStatus {
        self.context.tell(Event::Stage(say!("Asking {address}")));
        // Whom to trust is another question: verify and cert show ask it.
        match tls_probe::probe(address, &[], self.now).await {
            Meeting::Presented(presented) => {
                cert_status::of_chain(address.to_string(), &presented.chain, self.now, self.warn)
            }
            meeting => {
                let given = tls::Given { address, ca: None, now: self.now };
                cert_status::without(address.to_string(), silent, tls::check(&meeting, given).detail)
            }
        }
    }
}
