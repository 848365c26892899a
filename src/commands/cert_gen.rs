//! `regctl cert gen`: a CA and a leaf whose names cover every address of the registry.

use std::path::PathBuf;

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::flags::{self, ChangeArgs, ClusterArgs, SigningCaArgs, in_config, words};
use crate::domain::cert::{CertGenReport, CertRequest, CertificateSummary, KeyType, Names, Subject};
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault};
use crate::domain::host::Host;
use crate::effects::certs_folder::CertsFolder;
use crate::effects::files::{Existing, NewFile};
use crate::effects::{pki, x509};
use crate::plan::cert;
use crate::report::Report;

/// Flags of `cert gen`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Args {
    /// IP address for the leaf; may be repeated.
    #[arg(long, value_name = "IP", env = "REGCTL_IP", value_delimiter = ',')]
    pub(super) ip: Vec<std::net::IpAddr>,
    /// DNS name for the leaf; may be repeated.
    #[arg(long, value_name = "NAME", env = "REGCTL_DNS", value_delimiter = ',')]
    pub(super) dns: Vec<String>,
    /// Folder to write to [default: certs].
    #[arg(long, value_name = "DIR", env = "REGCTL_CERTS")]
    pub(super) out: Option<PathBuf>,
    /// Days that the leaf is valid [default: 825].
    #[arg(long, value_name = "N", env = "REGCTL_DAYS")]
    pub(super) days: Option<u32>,
    /// Days that the CA is valid [default: 3650].
    #[arg(long, value_name = "N", env = "REGCTL_CA_DAYS")]
    pub(super) ca_days: Option<u32>,
    /// Type of the keys [default: ecdsa-p256].
    #[arg(long, value_name = "TYPE", env = "REGCTL_KEY_TYPE", value_parser = words::<KeyType>(&KeyType::WORDS))]
    pub(super) key_type: Option<KeyType>,
    /// Subject, as C=CN,ST=SH,L=Shang Hai,O=example.com.
    #[arg(long, value_name = "DN", env = "REGCTL_SUBJECT")]
    pub(super) subject: Option<Subject>,
    #[command(flatten)]
    pub(super) ca: SigningCaArgs,
    /// Let the new CA sign for these names only (worth it where it goes into a global store, as UCR's is).
    #[arg(long, conflicts_with = "ca_cert")]
    pub(super) constrain_ca: bool,
    /// Replace files that exist.
    #[arg(long)]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

/// Observe the clock and an existing CA, plan, make, write.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let now = OffsetDateTime::now_utc();
    let request = request(&args, context, now)?;
    let out = args.out.clone().unwrap_or_else(|| flags::certs_folder(context));
    let existing_ca = args.ca.read(context, now)?;
    let folder = CertsFolder::new(out.clone());
    folder.refuse_other(None)?;
    let knows_host = flags::knows_host(&context.config.first_registry());
    if args.change.plan_only() {
        return Ok(CertGenReport {
            knows_host,
            ..dry_run(&request, out, existing_ca.is_none(), args.change.exit(true))
        }
        .into());
    }
    flags::on_record(context, &ClusterArgs::default());
    context.tell(Event::Detail(say!(
        "making {} keys",
        if existing_ca.is_some() { say!("one pair of") } else { say!("two pairs of") }
    )));
    let new_ca = existing_ca.is_none();
    let ca = existing_ca.map_or_else(|| pki::make_ca(&request), Ok)?;
    let request = CertRequest { leaf: cert::within(request.leaf, ca.validity), ..request };
    let leaf = pki::make_leaf(&request, &ca)?;
    let chain = format!("{}{}", leaf.pem, ca.pem);
    let mut set = vec![NewFile { name: "domain.key", bytes: leaf.key.expose().as_bytes(), mode: 0o600 }];
    if let Some(key) = &ca.key {
        set.push(NewFile { name: "ca.key", bytes: key.expose().as_bytes(), mode: 0o600 });
    }
    set.push(NewFile { name: "ca.crt", bytes: ca.pem.as_bytes(), mode: 0o644 });
    set.push(NewFile { name: "domain.crt", bytes: chain.as_bytes(), mode: 0o644 });
    folder.place(&set, if args.force { Existing::Replace } else { Existing::Keep })?;
    let files = set.iter().map(|file| file.name.to_owned()).collect();
    let (ca, leaf) = (summarize(&ca.pem)?, summarize(&leaf.pem)?);
    let report = CertGenReport { files, ca, leaf, knows_host, ..dry_run(&request, out, new_ca, Exit::Done) };
    Ok(CertGenReport { dry_run: false, ..report }.into())
}

/// What there is to say about the certificate that was just made.
fn summarize(pem: &str) -> Result<Option<CertificateSummary>> {
    let read = x509::read_pem(pem).map_err(anyhow::Error::msg)?;
    Ok(read.certificates.into_iter().next().map(|certificate| certificate.summary))
}

fn dry_run(request: &CertRequest, out: PathBuf, new_ca: bool, exit: Exit) -> CertGenReport {
    let files = ["domain.key", "ca.key", "ca.crt", "domain.crt"]
        .into_iter()
        .filter(|name| new_ca || *name != "ca.key");
    CertGenReport {
        out,
        files: files.map(str::to_owned).collect(),
        dry_run: true,
        new_ca,
        key_type: request.key_type,
        names: request.names.clone(),
        ca: None,
        leaf: None,
        knows_host: false,
        exit,
    }
}

fn request(args: &Args, context: &Context, now: OffsetDateTime) -> Result<CertRequest> {
    let config = &context.config.certs;
    let days = args.days.or(config.days).unwrap_or(825);
    let ca_days = args.ca_days.or(config.ca_days).unwrap_or(3650);
    let leaf = cert::validity(now, days).map_err(Fault::value)?;
    let ca = cert::validity(now, ca_days).map_err(Fault::value)?;
    let configured_type = config.key_type.as_deref().map(str::parse).transpose().map_err(in_config)?;
    let configured_subject = config.subject.as_deref().map(str::parse).transpose().map_err(in_config)?;
    Ok(CertRequest {
        names: names(args, context)?,
        subject: args.subject.clone().or(configured_subject).unwrap_or_default(),
        key_type: args.key_type.or(configured_type).unwrap_or(KeyType::EcdsaP256),
        leaf: cert::within(leaf, ca),
        ca,
        constrain_ca: args.constrain_ca,
    })
}

/// The names of the flags; without any, those of the configuration and of the registry's own addresses.
fn names(args: &Args, context: &Context) -> Result<Names> {
    let mut names = Names::default();
    for ip in &args.ip {
        names.add(&Host::Ip(*ip));
    }
    for name in &args.dns {
        names.add(&flags::dns_name(name).map_err(Fault::value)?);
    }
    if names != Names::default() {
        return Ok(names);
    }
    flags::configured_names(context)
}
