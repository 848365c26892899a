//! The stages, one after the other. Each is recorded before it begins and may be repeated: a run that is interrupted
//! anywhere, in whatever way, is gone on with from the stage that is recorded.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::making::NewSet;
use super::rotation::{Rotation, WAY_ON};
use crate::commands::swap::pair_files;
use crate::domain::certificate::CaFile;
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::domain::registry::RegistryAddress;
use crate::domain::renewal::AnsweringAddress;
use crate::domain::rotation::{HeldUp, Outcome, Progress, RotateReport, Stage};
use crate::effects::certs_folder::Undertaking;
use crate::effects::files::NewFile;
use crate::effects::interrupt::Interrupt;
use crate::plan::registry_app::{CERTIFICATE_FILE, KEY_FILE};
use crate::plan::script::Mode;
use crate::plan::{renewal, rotation};

/// A rotation on its way.
pub(super) struct Course<'a> {
    rotation: &'a Rotation<'a>,
    set: NewSet,
    addresses: Vec<RegistryAddress>,
    interrupt: Interrupt,
    agents: usize,
    endpoints: Vec<AnsweringAddress>,
    backup: Option<PathBuf>,
}

impl<'a> Course<'a> {
    /// A course from the old CA to this set.
    pub(super) fn new(
        rotation: &'a Rotation<'a>,
        set: NewSet,
        addresses: Vec<RegistryAddress>,
    ) -> Result<Self> {
        let interrupt = Interrupt::listen()?;
        Ok(Self { rotation, set, addresses, interrupt, agents: 0, endpoints: Vec::new(), backup: None })
    }

    /// Goes through the stages from this one on, as far as agents let it.
    pub(super) async fn run(mut self, from: Stage) -> Result<RotateReport> {
        let mut next = Some(from);
        let mut passed_over = Vec::new();
        while let Some(stage) = next {
            self.rotation.folder.record(stage)?;
            let (number, all) = (stage as usize + 1, Stage::ALL.len());
            self.tell(Event::Stage(say!("Stage {number} of {all}, {}: {}", stage.word(), stage.purpose())));
            let held_up = self.stage(stage).await?;
            if held_up.iter().any(|held| !held.excepted) {
                return Ok(self.held_up(stage, held_up));
            }
            passed_over = held_up;
            self.unless_interrupted(stage).await?;
            next = stage.next();
        }
        self.rotation.certs.finish(Undertaking::Rotation)?;
        let report = self.report(Outcome::Rotated);
        Ok(RotateReport { held_up: passed_over, ..report })
    }

    /// One stage; the agents that are not as it needs them.
    async fn stage(&mut self, stage: Stage) -> Result<Vec<HeldUp>> {
        let Self { rotation, set, addresses, .. } = &*self;
        let both = rotation.old.beside(&set.ca);
        let (agents, held_up) = match stage {
            Stage::TrustBoth => {
                // Here first: whoever runs trust-agents meanwhile hands out both, too.
                self.install_ca(&both)?;
                rotation.trust(&both, addresses, Mode::Apply).await?
            }
            Stage::Swap => return self.swap(&both).await,
            Stage::Verify => rotation.verify(&set.ca, addresses).await?,
            Stage::TrustNew => {
                self.install_ca(&set.ca)?;
                rotation.trust(&set.ca, addresses, Mode::Apply).await?
            }
        };
        self.agents = agents;
        Ok(held_up)
    }

    /// The gate, and behind it the exchange.
    async fn swap(&mut self, both: &CaFile) -> Result<Vec<HeldUp>> {
        let rotation = self.rotation;
        if rotation.served.leaf.der == self.set.pair.leaf.der {
            // An earlier run saw it served and put it in its place.
            return Ok(Vec::new());
        }
        let (agents, held_up) = rotation.trust(both, &self.addresses, Mode::Check).await?;
        self.agents = agents;
        if held_up.iter().any(|held| !held.excepted) {
            // What differs is put right by the stage before.
            rotation.folder.record(Stage::TrustBoth)?;
            return Ok(held_up);
        }
        self.unless_interrupted(Stage::Swap).await?;
        let swap = rotation.swap(&self.set.pair)?;
        let outlook = swap.look(Mode::Apply).await?;
        let (_, endpoints) = swap.carry_out(outlook, &mut self.interrupt).await?;
        self.endpoints = endpoints;
        self.install_all()?;
        Ok(held_up)
    }

    /// The CA file here, where it is another.
    fn install_ca(&self, ca: &CaFile) -> Result<()> {
        let certs = &self.rotation.certs;
        let now = crate::commands::flags::read_ca(certs.file("ca.crt"), self.rotation.now)?;
        if now.pem == ca.pem {
            return Ok(());
        }
        certs.install(&[NewFile { name: "ca.crt", bytes: ca.pem.as_bytes(), mode: 0o644 }])
    }

    /// The whole set takes the old one's place here, at one stroke. The new CA comes first in its file, since its key is
    /// the one beside it; the old one stays until no agent needs it.
    fn install_all(&mut self) -> Result<()> {
        let Self { rotation, set, .. } = &*self;
        let (certs, served) = (&rotation.certs, &rotation.served);
        let label = renewal::backup_label(&served.leaf, rotation.now);
        let backup = certs.back_up(&["ca.crt", "ca.key", CERTIFICATE_FILE, KEY_FILE], &label)?;
        let both = set.ca.beside(&rotation.old);
        let mut files = vec![
            NewFile { name: "ca.key", bytes: set.ca_key.expose().as_bytes(), mode: 0o600 },
            NewFile { name: "ca.crt", bytes: both.pem.as_bytes(), mode: 0o644 },
        ];
        files.extend(pair_files(&set.pair));
        certs.install(&files)?;
        self.backup = Some(backup);
        Ok(())
    }

    /// Errors: a signal came while something was done that could be let finish.
    async fn unless_interrupted(&mut self, stage: Stage) -> Result<()> {
        if tokio::time::timeout(Duration::ZERO, self.interrupt.raised()).await.is_err() {
            return Ok(());
        }
        let message = say!("interrupted in stage {}", stage.word());
        Err(Fault::new(FaultKind::Interrupted, message).hint(WAY_ON).into())
    }

    fn held_up(&self, stage: Stage, held_up: Vec<HeldUp>) -> RotateReport {
        let exit = rotation::exit(&held_up, self.agents);
        let stages = RotateReport::stages_at(Some(stage), Progress::HeldUp);
        RotateReport { stages, held_up, exit, ..self.report(Outcome::HeldUp) }
    }

    fn report(&self, outcome: Outcome) -> RotateReport {
        RotateReport {
            agents: self.agents,
            new_ca: self.set.ca.certificates.first().map(|ca| ca.summary.clone()),
            endpoints: self.endpoints.clone(),
            backup: self.backup.clone(),
            exit: Exit::Done,
            ..self.rotation.report(self.addresses.clone(), outcome)
        }
    }

    fn tell(&self, event: Event) {
        self.rotation.context.tell(event);
    }
}
