//! `regctl cert show`: a certificate and its chain, and what each kind of client objects to.

use std::path::{Path, PathBuf};

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::cert_source::{self, CertSource};
use super::flags::RegistryArgs;
use crate::domain::cert_show::{CertShowReport, Examined, Flaw, Purpose, ShownCertificate};
use crate::domain::certificate::{CaFile, Certificate, Signer};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::registry::RegistryAddress;
use crate::domain::tls::{Meeting, Presented};
use crate::effects::tls_judge::Judge;
use crate::effects::{tls_probe, x509_traits};
use crate::plan::checks::{clients, purpose, tls};
use crate::report::Report;

/// Flags of `cert show`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Docker stands for all that is written in Go (containerd, podman, skopeo), curl for all that builds on OpenSSL. A server \
is judged with the CA of --ca, of regctl.toml or of certs/ca.crt; a file only with that of --ca.")]
pub struct Args {
    /// PEM file (- for stdin), or the address of a server to ask.
    #[arg(value_name = "FILE|HOST[:PORT]")]
    source: CertSource,
    /// PEM file with the CA to judge it by.
    #[arg(long, value_name = "FILE", env = "REGCTL_CA")]
    ca: Option<PathBuf>,
}

/// Reads or asks, judges, tells.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let now = OffsetDateTime::now_utc();
    let registry = RegistryArgs { ca: args.ca.clone(), ..RegistryArgs::default() };
    let report = match &args.source {
        CertSource::File(path) => {
            let ca = if args.ca.is_some() { Some(registry.ca(context, now)?) } else { None };
            show_file(path, ca.as_ref(), now)?
        }
        CertSource::Server(address) => {
            let ca = registry.ca_if_any(context, now)?;
            context.tell(Event::Stage(say!("Asking {address}")));
            show_server(address, ca.as_ref(), now).await?
        }
    };
    Ok(report.into())
}

fn show_file(path: &Path, ca: Option<&CaFile>, now: OffsetDateTime) -> Result<CertShowReport> {
    let file = cert_source::read(path)?;
    let judged = ca.map(|ca| Judge::new(&ca.certificates).trust(&file.certificates, now).1);
    let chain = examine(&file.certificates, &path.display().to_string())?;
    let key_beside = file.private_key || path.with_extension("key").is_file();
    let purpose = purpose::of_file(&chain[0], path, key_beside);
    let ca = ca.map(|ca| ca.path.display().to_string());
    let case = clients::Case {
        chain: &chain,
        purpose,
        host: None,
        trust: judged.as_deref(),
        ca: ca.as_deref(),
        now,
    };
    let mut flaws = clients::flaws(case);
    if file.private_key {
        flaws.push(clients::private_key());
    }
    let source = path.display().to_string();
    Ok(CertShowReport { source, ca, ..report(Some(purpose), flaws, &chain, now) })
}

async fn show_server(
    address: &RegistryAddress,
    ca: Option<&CaFile>,
    now: OffsetDateTime,
) -> Result<CertShowReport> {
    let own = ca.map(|ca| ca.certificates.as_slice()).unwrap_or_default();
    let ca = ca.map(|ca| ca.path.display().to_string());
    let meeting = tls_probe::probe(address, own, now).await;
    let report = match &meeting {
        Meeting::Presented(presented) => judge_server(presented, address, ca.as_deref(), now)?,
        other => {
            let finding = tls::check(other, tls::Given { address, ca: ca.as_deref(), now });
            let greeting = match other {
                Meeting::PlainHttp | Meeting::NotTls => tls_probe::greeting(address).await,
                _ => None,
            };
            report(None, vec![clients::no_tls(&finding, greeting.as_deref())], &[], now)
        }
    };
    Ok(CertShowReport { source: address.to_string(), ca, ..report })
}

fn judge_server(
    presented: &Presented,
    address: &RegistryAddress,
    ca: Option<&str>,
    now: OffsetDateTime,
) -> Result<CertShowReport> {
    let chain = examine(&presented.chain, &address.to_string())?;
    let case = clients::Case {
        chain: &chain,
        purpose: Purpose::Server,
        host: Some(address.host()),
        trust: Some(&presented.defects),
        ca,
        now,
    };
    let protocol = (!presented.protocol.is_empty()).then(|| presented.protocol.clone());
    Ok(CertShowReport { protocol, ..report(Some(Purpose::Server), clients::flaws(case), &chain, now) })
}

fn examine(chain: &[Certificate], source: &str) -> Result<Vec<Examined>> {
    x509_traits::examine(chain)
        .map_err(|why| Fault::new(FaultKind::Certificate, format!("{source}: {why}")).into())
}

fn report(
    purpose: Option<Purpose>,
    flaws: Vec<Flaw>,
    chain: &[Examined],
    now: OffsetDateTime,
) -> CertShowReport {
    CertShowReport {
        source: String::new(),
        purpose,
        protocol: None,
        ca: None,
        ok: flaws.iter().all(|flaw| flaw.refused_by.is_empty()),
        clients: if chain.is_empty() { Vec::new() } else { clients::verdicts(&flaws) },
        flaws,
        chain: chain.iter().map(|one| shown(one, now)).collect(),
    }
}

fn shown(one: &Examined, now: OffsetDateTime) -> ShownCertificate {
    let certificate = &one.certificate;
    ShownCertificate {
        summary: certificate.summary.clone(),
        common_name: certificate.common_name.clone(),
        days_left: (certificate.validity.not_after - now).whole_days(),
        ca: one.is_ca(),
        self_signed: certificate.signer == Signer::Itself,
        key: one.traits.key.to_string(),
        signature: one.traits.signature.clone(),
        serial: one.traits.serial.clone(),
    }
}
