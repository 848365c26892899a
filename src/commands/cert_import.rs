//! `regctl cert import`: a certificate from another CA, with its key and intermediates, into the certs folder.

use std::path::{Path, PathBuf};

use anyhow::Result;
use time::OffsetDateTime;

use super::flags::{self, ChangeArgs, ClusterArgs};
use super::{Context, cert_source};
use crate::domain::cert_import::{CertImportReport, ImportedFile};
use crate::domain::cert_show::{Client, Flaw, Purpose};
use crate::domain::certificate::{Certificate, Signer};
use crate::domain::change::Change;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::registry::RegistryAddress;
use crate::effects::certs_folder::CertsFolder;
use crate::effects::files::{self, Existing, NewFile};
use crate::effects::key_pair::{self, Key};
use crate::effects::tls_judge::Judge;
use crate::effects::{x509, x509_traits};
use crate::plan::chain::{self, Arranged};
use crate::plan::checks::clients::{self, Case};
use crate::plan::{ca_file, leaf};
use crate::report::Report;

/// Flags of `cert import`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Keys may be PKCS#8, PKCS#1 or SEC1, but not encrypted. The certificates may come in any order and any number of files: \
domain.crt gets the leaf, then each issuer after what it signed; ca.crt gets the CA, which agents are to trust. \
Whatever Docker would refuse is refused here, and what regctl.toml's addresses need must be among its names.

Nothing that is right already is touched, and nothing else is replaced without --force; what is replaced, and the key \
of another CA, is kept in backup/ of the folder. Then: regctl deploy.")]
pub struct Args {
    /// PEM file with the registry's certificate; may hold its chain, too.
    #[arg(long, value_name = "FILE")]
    cert: PathBuf,
    /// PEM file with its private key.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// PEM file with intermediates; may be repeated.
    #[arg(long, value_name = "FILE")]
    chain: Vec<PathBuf>,
    /// PEM file with the CA that agents are to trust [default: the self-signed one at the end of the chain].
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Folder to write to [default: certs].
    #[arg(long, value_name = "DIR", env = "REGCTL_CERTS")]
    out: Option<PathBuf>,
    /// Address that its names must cover; may be repeated [default: those of regctl.toml].
    #[arg(long, value_name = "HOST[:PORT]", value_delimiter = ',')]
    registry: Vec<RegistryAddress>,
    /// Replace files that are there and differ.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

const CA_KEY: &str = "ca.key";

/// What is to be written.
struct Import {
    key: Key,
    chain: Vec<Certificate>,
    ca: Vec<Certificate>,
}

/// Reads, puts in order, judges, writes.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let now = OffsetDateTime::now_utc();
    let import = read(&args)?;
    judge(&import, &args, context, now)?;
    let out = args.out.clone().unwrap_or_else(|| flags::certs_folder(context));
    let folder = CertsFolder::new(out);
    folder.refuse_other(None)?;
    let (chain, ca) = (pem(&import.chain), pem(&import.ca));
    let set = [
        NewFile { name: "domain.key", bytes: import.key.pem.expose().as_bytes(), mode: 0o600 },
        NewFile { name: "ca.crt", bytes: ca.as_bytes(), mode: 0o644 },
        NewFile { name: "domain.crt", bytes: chain.as_bytes(), mode: 0o644 },
    ];
    let changes = set.each_ref().map(|file| change(&folder, file));
    let placing = Placing { folder: &folder, changes, foreign_key: has_foreign_key(&folder, &import.ca) };
    let kept = if args.change.plan_only() {
        None
    } else {
        flags::on_record(context, &ClusterArgs::default());
        placing.place(set, if args.force { Existing::Replace } else { Existing::Keep }, now)?
    };
    let knows_host = flags::knows_host(&context.config.first_registry());
    Ok(CertImportReport { knows_host, ..report(&import, &placing, kept, &args.change) }.into())
}

fn pem(certificates: &[Certificate]) -> String {
    x509::to_pem(certificates.iter().map(|one| &*one.der))
}

/// Finds the leaf by the key, and its issuers behind it.
fn read(args: &Args) -> Result<Import> {
    let key = key_pair::read_key(&args.key)?;
    let mut heap = Vec::new();
    for path in std::iter::once(&args.cert).chain(&args.chain) {
        heap.extend(cert_source::read(path)?.certificates);
    }
    let Some(leaf) = heap.iter().find(|one| key.belongs_to(one)) else {
        let why =
            say!("{}: this key belongs to no certificate in {}", args.key.display(), args.cert.display());
        return Err(Fault::new(FaultKind::KeyMismatch, why)
            .hint(say!("Give the key that the certificate was made with."))
            .into());
    };
    let Arranged { chain, root, .. } = chain::arrange(leaf, &heap, x509::signed_by);
    let ca = match (&args.ca, root) {
        (Some(path), _) => read_ca(path)?,
        (None, Some(root)) => vec![root],
        (None, None) if chain[0].signer == Signer::Itself => vec![chain[0].clone()],
        (None, None) => return Err(no_ca(&chain).into()),
    };
    Ok(Import { key, chain, ca })
}

fn read_ca(path: &Path) -> Result<Vec<Certificate>> {
    let file = cert_source::read(path)?;
    ca_file::judge(&file.certificates, file.private_key, OffsetDateTime::now_utc()).map_err(|unfit| {
        Fault::new(FaultKind::Certificate, say!("the CA file {} {}", path.display(), unfit.why))
            .hint(unfit.hint)
    })?;
    Ok(file.certificates)
}

fn no_ca(chain: &[Certificate]) -> Fault {
    let issuer = &chain[chain.len() - 1].summary.issuer;
    Fault::new(
        FaultKind::OtherCa,
        say!("the chain ends at {issuer}, whose certificate is not among those given"),
    )
    .hint(say!(
        "Give it with --ca FILE if it is the CA that agents are to trust, or with --chain \
         FILE if it is an intermediate."
    ))
}

/// Holds it to the addresses of the registry and to what clients ask for. Errors, exit 2: whatever Docker refuses.
fn judge(import: &Import, args: &Args, context: &Context, now: OffsetDateTime) -> Result<()> {
    let fault = |why: String, hint: String| {
        Fault::new(FaultKind::Certificate, say!("the certificate {} {why}", args.cert.display())).hint(hint)
    };
    let addresses = match (&args.registry, context.config.registry.first()) {
        (named, _) if !named.is_empty() => named.clone(),
        (_, Some(configured)) => flags::configured_addresses(configured)?,
        _ => Vec::new(),
    };
    leaf::judge(&import.chain[0], &addresses, now).map_err(|unfit| fault(unfit.why, unfit.hint))?;
    let refused = |flaw: &Flaw| flaw.refused_by.contains(&Client::Docker);
    let (bad, weak): (Vec<_>, Vec<_>) = flaws(import, args, now)?.into_iter().partition(refused);
    if let Some(flaw) = bad.into_iter().next() {
        return Err(fault(say!("cannot be used: {}", flaw.detail), flaw.hint).into());
    }
    for flaw in weak {
        context.tell(Event::Warning(format!("{}: {}", flaw.cause, flaw.detail)));
    }
    Ok(())
}

fn flaws(import: &Import, args: &Args, now: OffsetDateTime) -> Result<Vec<Flaw>> {
    let (_, defects) = Judge::new(&import.ca).trust(&import.chain, now);
    let examined = x509_traits::examine(&import.chain)
        .map_err(|why| Fault::new(FaultKind::Certificate, format!("{}: {why}", args.cert.display())))?;
    let ca = args.ca.as_ref().map_or_else(|| say!("the chain").to_owned(), |path| path.display().to_string());
    Ok(clients::flaws(Case {
        chain: &examined,
        purpose: Purpose::Server,
        host: None,
        trust: Some(&defects),
        ca: Some(&ca),
        now,
    }))
}

fn change(folder: &CertsFolder, file: &NewFile<'_>) -> Change {
    match files::holds(&folder.file(file.name), file.bytes) {
        Some(true) => Change::Unchanged,
        Some(false) => Change::Updated,
        None => Change::Created,
    }
}

/// Whether the folder has the key of a CA that none of these is: beside them it would pass for theirs.
fn has_foreign_key(folder: &CertsFolder, ca: &[Certificate]) -> bool {
    let path = folder.file(CA_KEY);
    let belongs = |key: Key| ca.iter().any(|one| key.belongs_to(one));
    path.exists() && !key_pair::read_key(&path).is_ok_and(belongs)
}

/// What the folder is short of.
struct Placing<'a> {
    folder: &'a CertsFolder,
    changes: [Change; 3],
    foreign_key: bool,
}

impl Placing<'_> {
    /// Writes those that differ, at one stroke; where one is there and may not be replaced, none. What they replace is
    /// kept in the folder that is returned.
    fn place(
        &self,
        set: [NewFile<'_>; 3],
        existing: Existing,
        now: OffsetDateTime,
    ) -> Result<Option<PathBuf>> {
        let Self { folder, changes, foreign_key } = self;
        folder.settle()?;
        if *foreign_key && existing == Existing::Keep {
            return Err(other_key(&folder.file(CA_KEY)).into());
        }
        let replaces = *foreign_key || changes.contains(&Change::Updated);
        let backup = if replaces && existing == Existing::Replace {
            let names = ["domain.key", "ca.crt", "domain.crt", CA_KEY];
            Some(folder.back_up(&names, &format!("{}-import", now.date()))?)
        } else {
            None
        };
        if *foreign_key {
            // Before the new CA is there: a CA without its key is fine, one with another's is not.
            folder.remove(CA_KEY)?;
        }
        let differ = set.into_iter().zip(changes).filter(|(_, change)| **change != Change::Unchanged);
        let differ: Vec<NewFile<'_>> = differ.map(|(file, _)| file).collect();
        if !differ.is_empty() {
            folder.place(&differ, existing)?;
        }
        Ok(backup)
    }

    fn files(&self) -> Vec<ImportedFile> {
        let names = ["domain.key", "ca.crt", "domain.crt"].into_iter().zip(self.changes);
        let removed = self.foreign_key.then_some((CA_KEY, Change::Removed));
        names.chain(removed).map(|(name, change)| ImportedFile { name, change }).collect()
    }
}

fn other_key(path: &Path) -> Fault {
    let message = say!("{} belongs to another CA than the one to be imported", path.display());
    Fault::new(FaultKind::WouldOverwrite, message)
        .hint(say!("Choose another folder with --out, or let it be put away in backup/ with --force."))
}

fn report(
    import: &Import,
    placing: &Placing<'_>,
    backup: Option<PathBuf>,
    asked: &ChangeArgs,
) -> CertImportReport {
    let files = placing.files();
    let differs = files.iter().any(|file| file.change != Change::Unchanged);
    CertImportReport {
        out: placing.folder.path().to_owned(),
        files,
        leaf: import.chain[0].summary.clone(),
        intermediates: import.chain[1..].iter().map(|one| one.summary.subject.clone()).collect(),
        ca: import.ca[0].summary.clone(),
        backup,
        dry_run: asked.plan_only(),
        knows_host: false,
        exit: asked.exit(asked.plan_only() && differs),
    }
}
