//! The files that go onto the registry's host, read and judged before anything is connected to.

use std::path::PathBuf;

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::flags::AppArgs;
use crate::domain::app::AppId;
use crate::domain::deploy::{ConfigSecrets, RegistrySpec};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::registry::RegistryAddress;
use crate::domain::secret::Secret;
use crate::domain::storage::{S3, S3Keys, Storage};
use crate::domain::transport::Transport;
use crate::domain::upstream::{Upstream, UpstreamLogin};
use crate::effects::key_pair::KeyPair;
use crate::effects::tls_judge::Judge;
use crate::effects::{digest, files, key_pair, x509};
use crate::plan::app::{Digests, admitted};
use crate::plan::checks::defects;
use crate::plan::{chain, config_yml, htpasswd, leaf, s3_credentials};

/// The files that go onto the registry's host.
#[derive(Debug, Clone)]
pub(super) struct RegistryFiles {
    /// The registry's configuration.
    pub(super) config_yml: Secret,
    /// The same with a digest in place of each secret.
    config_without_key: Secret,
    /// That one, had it users where it is to have none, or none where it is to have some.
    config_otherwise: Secret,
    /// Certificate and key; none where it serves plain HTTP.
    pub(super) pair: Option<KeyPair>,
    /// Its users; none where everybody may push and pull.
    pub(super) htpasswd: Option<Secret>,
    /// Where they are, here.
    users_file: PathBuf,
    /// Where the certificate is, here; the CA that agents are to trust it by is beside it.
    certificate: PathBuf,
}

impl RegistryFiles {
    /// Reads them. Errors, all exit 2: a file that is missing, a key that does not belong to its certificate, users
    /// whose passwords the registry could not check.
    pub(super) fn read(args: &AppArgs, spec: &RegistrySpec, context: &Context) -> Result<Self> {
        Self::read_for(read_users(args, context)?, args, spec, context)
    }

    /// The same with these users in place of those of the file.
    pub(super) fn read_for(
        users: Option<Secret>,
        args: &AppArgs,
        spec: &RegistrySpec,
        context: &Context,
    ) -> Result<Self> {
        let (certificate, key) = args.key_pair_files(context);
        let pair = match spec.transport {
            Transport::Plain => None,
            Transport::Tls if certificate.exists() => Some(key_pair::read(&certificate, &key)?),
            Transport::Tls => return Err(no_certificate(&certificate).into()),
        };
        Self::of((pair, users), args, spec, context)
    }

    /// The same with this certificate and key.
    pub(super) fn with(
        pair: KeyPair,
        args: &AppArgs,
        spec: &RegistrySpec,
        context: &Context,
    ) -> Result<Self> {
        Self::of((Some(pair), read_users(args, context)?), args, spec, context)
    }

    /// The same with the certificate in another place than usual.
    pub(super) fn at(self, certificate: PathBuf) -> Self {
        Self { certificate, ..self }
    }

    fn of(
        (pair, htpasswd): (Option<KeyPair>, Option<Secret>),
        args: &AppArgs,
        spec: &RegistrySpec,
        context: &Context,
    ) -> Result<Self> {
        let secrets = ConfigSecrets {
            bucket: s3_keys(&spec.storage)?,
            upstream: upstream_login(spec.upstream.as_ref())?,
        };
        let config_yml = config_yml::config_yml(spec, &secrets);
        let digests = stretched(secrets, &spec.id);
        let config_without_key = config_yml::config_yml(spec, &digests);
        let otherwise = RegistrySpec { access: spec.access.other(), ..spec.clone() };
        let config_otherwise = config_yml::config_yml(&otherwise, &digests);
        let (certificate, _) = args.key_pair_files(context);
        let users_file = args.users_file(context);
        Ok(Self { config_yml, config_without_key, config_otherwise, pair, htpasswd, users_file, certificate })
    }

    /// The digest of what the registry reads only when it starts. The key is in it by its certificate, and a bucket's
    /// key so that nobody who sees the app can try out keys quickly; users are read anew whenever their file changes.
    pub(super) fn digest(&self) -> String {
        self.digest_with(&self.config_without_key)
    }

    fn digest_with(&self, config: &Secret) -> String {
        let chain = self.pair.as_ref().map_or("", |pair| &pair.chain_pem);
        digest::sha256_of(&[config.expose(), chain])
    }

    /// What the operator should know of whom the registry lets in with these files, where it runs with files of this
    /// digest.
    pub(super) fn admission(&self, running: Option<&str>) -> Option<String> {
        let (wanted, otherwise) = (self.digest(), self.digest_with(&self.config_otherwise));
        let digests = Digests { running, wanted: &wanted, otherwise: &otherwise };
        let users = self.htpasswd.as_ref().map(|text| htpasswd::users(text.expose()).unwrap_or_default());
        admitted(digests, &self.users_file.display().to_string(), users.as_deref())
    }

    /// Whether clients will accept the certificate for every address. Errors, exit 2: a name that it is not for, or a
    /// time outside its validity.
    pub(super) fn judge(&self, addresses: &[RegistryAddress], context: &Context) -> Result<()> {
        let Some(pair) = &self.pair else { return Ok(()) };
        let certificate = &self.certificate;
        let now = OffsetDateTime::now_utc();
        leaf::judge(&pair.leaf, addresses, now).map_err(|unfit| {
            let why = say!("the certificate {} {}", certificate.display(), unfit.why);
            Fault::new(FaultKind::Certificate, why).hint(unfit.hint)
        })?;
        if let Some(one) = chain::first_out_of_order(&pair.chain, x509::signed_by) {
            let subject = &one.summary.subject;
            context.tell(Event::Warning(say!(
                "in {} {subject} is not followed by the certificate that signed it, which some clients refuse",
                certificate.display()
            )));
        }
        leads_to_ca(pair, certificate, now)
    }
}

/// Whether the chain leads to the `ca.crt` beside it, which agents are going to trust, where there is one. Errors, exit 2:
/// an intermediate that is missing, or another CA's certificate.
fn leads_to_ca(pair: &KeyPair, certificate: &std::path::Path, now: OffsetDateTime) -> Result<()> {
    let path = certificate.with_file_name("ca.crt");
    let Ok(text) = files::read_text(&path, FaultKind::InputFile) else { return Ok(()) };
    let Ok(ca) = x509::read_pem(&text) else { return Ok(()) };
    let (_, defects) = Judge::new(&ca.certificates).trust(&pair.chain, now);
    let Some((why, hint)) = defects::untrusted(&defects, &path.display().to_string()) else { return Ok(()) };
    let why = say!("agents would not trust the certificate {}: {why}", certificate.display());
    Err(Fault::new(FaultKind::OtherCa, why).hint(hint).into())
}

fn no_certificate(path: &std::path::Path) -> Fault {
    Fault::new(FaultKind::NoSuchFile, say!("the registry's certificate {} is not there", path.display()))
        .hint(say!(
            "Make one with regctl cert gen, or name the folder that holds domain.crt and domain.key: --certs."
        ))
}

/// The keys of the bucket, where it is told by which it lets in.
fn s3_keys(storage: &Storage) -> Result<Option<S3Keys>> {
    let Storage::S3(S3 { credentials_file: Some(path), .. }) = storage else { return Ok(None) };
    let text = files::read_text(path, FaultKind::InputFile)?;
    let keys = s3_credentials::parse(&text).map_err(|why| {
        Fault::new(FaultKind::InputFile, format!("{}: {why}", path.display())).hint(say!(
            "Write it as the aws CLI does: aws_access_key_id = …, aws_secret_access_key = …, a line each."
        ))
    })?;
    Ok(Some(keys))
}

/// The user at the upstream, where it wants one.
fn upstream_login(upstream: Option<&Upstream>) -> Result<Option<UpstreamLogin>> {
    let Some(Upstream { login: Some((user, file)), .. }) = upstream else { return Ok(None) };
    Ok(Some(UpstreamLogin { user: user.clone(), password: files::read_secret(file)? }))
}

/// The same with a digest in place of each secret, from which it cannot be guessed quickly.
fn stretched(secrets: ConfigSecrets, id: &AppId) -> ConfigSecrets {
    let stretch = |secret: &Secret| Secret::new(digest::stretched(secret, id.as_str()));
    let ConfigSecrets { bucket, upstream } = secrets;
    ConfigSecrets {
        bucket: bucket.map(|keys| S3Keys { secret_key: stretch(&keys.secret_key), ..keys }),
        upstream: upstream.map(|login| UpstreamLogin { password: stretch(&login.password), ..login }),
    }
}

/// The users of the file, where there is one.
fn read_users(args: &AppArgs, context: &Context) -> Result<Option<Secret>> {
    let Some(path) = args.htpasswd_file(context) else { return Ok(None) };
    let text = files::read_text(&path, FaultKind::InputFile)?;
    htpasswd::check(&text).map_err(|why| {
        Fault::new(FaultKind::InputFile, format!("{}: {why}", path.display()))
            .hint(say!("Make it with regctl user add NAME, or with htpasswd -Bc FILE USER."))
    })?;
    Ok(Some(Secret::new(text)))
}
