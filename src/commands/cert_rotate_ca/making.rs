//! The new CA and leaf: made like the old ones, and kept from before the first agent hears of them.

use anyhow::{Context as _, Result};

use super::rotation::Rotation;
use crate::commands::flags;
use crate::domain::cert::CertRequest;
use crate::domain::certificate::CaFile;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::registry::RegistryAddress;
use crate::domain::rotation::{Outcome, Progress, RotateReport, Stage};
use crate::domain::secret::Secret;
use crate::effects::key_pair::{self, KeyPair};
use crate::effects::rotation::NewFiles;
use crate::effects::{files, pki, x509};
use crate::plan::cert;
use crate::plan::selection::Selection;
use crate::report::{self, Format, Report};

/// What a rotation changes to.
pub(super) struct NewSet {
    /// The CA.
    pub(super) ca: CaFile,
    /// Its private key.
    pub(super) ca_key: Secret,
    /// The leaf.
    pub(super) pair: KeyPair,
}

impl Rotation<'_> {
    /// The set of the rotation that has begun, or a new one that is nowhere written yet.
    pub(super) fn set(&self) -> Result<NewSet> {
        if self.begun.is_none() {
            return self.make();
        }
        let ca = flags::read_ca(self.folder.new_ca(), self.now)?;
        Ok(NewSet { ca, ca_key: self.folder.ca_key()?, pair: self.folder.pair()? })
    }

    fn make(&self) -> Result<NewSet> {
        let (args, config) = (self.args, &self.context.config.certs);
        let days = args.days.or(config.days).unwrap_or(825);
        let ca_days = args.ca_days.or(config.ca_days).unwrap_or(3650);
        let ca_validity = cert::validity(self.now, ca_days).map_err(Fault::value)?;
        let (old_ca, old_leaf) = (&self.old.certificates[0], &self.served.leaf);
        let of_ca = CertRequest {
            names: old_leaf.names().clone(),
            subject: x509::subject(old_ca),
            key_type: args.key_type.unwrap_or_else(|| x509::key_type(old_ca)),
            leaf: cert::within(cert::validity(self.now, days).map_err(Fault::value)?, ca_validity),
            ca: ca_validity,
            constrain_ca: x509::is_constrained(old_ca),
        };
        let ca = pki::make_ca(&of_ca)?;
        let key_type = args.key_type.unwrap_or_else(|| x509::key_type(old_leaf));
        let of_leaf = CertRequest { subject: x509::subject(old_leaf), key_type, ..of_ca };
        let pair = key_pair::made(pki::make_leaf(&of_leaf, &ca)?, &ca)?;
        let ca_key = ca.key.context(say!("a CA that was just made has its key"))?;
        let certificates = x509::read_pem(&ca.pem).map_err(anyhow::Error::msg)?.certificates;
        Ok(NewSet { ca: CaFile { path: self.folder.new_ca(), certificates, pem: ca.pem }, ca_key, pair })
    }

    /// Keeps the set: from here on nothing of it can be lost.
    pub(super) fn begin(&self, set: &NewSet) -> Result<Stage> {
        let old_ca = files::read_text(&self.certs.file("ca.crt"), FaultKind::InputFile)?;
        let NewSet { ca, ca_key, pair } = set;
        self.folder.begin(&NewFiles { old_ca: &old_ca, ca: &ca.pem, ca_key, pair })?;
        self.context
            .tell(Event::Detail(say!("the new CA and its key are in {}", self.folder.path().display())));
        Ok(Stage::TrustBoth)
    }

    /// Shows the stages that are left and asks.
    pub(super) async fn confirm(&self, addresses: &[RegistryAddress]) -> Result<()> {
        let Selection { agents, .. } = self.args.fleet.reach.select(self.context).await?;
        let stage = self.begun.unwrap_or(Stage::TrustBoth);
        let plan = RotateReport {
            stages: RotateReport::stages_at(Some(stage), Progress::Ahead),
            agents: agents.len(),
            ..self.report(addresses.to_vec(), Outcome::Planned)
        };
        let shown = report::render(&Report::Rotate(Box::new(plan)), Format::Human, self.context.style());
        self.context.screen.show_plan(&shown);
        let names: Vec<_> = addresses.iter().map(ToString::to_string).collect();
        let restart = if stage <= Stage::Swap { say!(", which restarts the registry") } else { "" };
        let what = say!("rotating the CA of {} on {} agents{restart}", names.join(", "), agents.len());
        self.context.screen.consent(&what)
    }
}
