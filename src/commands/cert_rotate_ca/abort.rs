//! The way back, as long as the registry's new leaf is not in its place.

use anyhow::Result;

use super::rotation::Rotation;
use crate::domain::change::Change;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::registry::RegistryAddress;
use crate::domain::rotation::{HeldUp, Outcome, Progress, RotateReport, Stage};
use crate::effects::certs_folder::Undertaking;
use crate::effects::files::{self, NewFile};
use crate::effects::interrupt::Interrupt;
use crate::plan::script::Mode;
use crate::plan::{renewal, rotation};

impl Rotation<'_> {
    /// The registry keeps, or gets back, its old leaf; then the new CA is taken from every agent and put away here.
    pub(super) async fn take_back(&self) -> Result<RotateReport> {
        let stage = self.begun.ok_or_else(|| self.nothing_to_take_back())?;
        if stage > Stage::Swap || self.folder.pair()?.leaf.der == self.served.leaf.der {
            return Err(too_late().into());
        }
        let mode = self.args.fleet.mode();
        let swap = self.swap(&self.served)?;
        let outlook = swap.look(mode).await?;
        let addresses = self.addresses(&outlook.plan.endpoints);
        if mode == Mode::Check {
            let (agents, held_up) = self.trust(&self.old, &addresses, Mode::Check).await?;
            let stages = RotateReport::stages_at(Some(stage), Progress::Ahead);
            // A rotation that has begun is always something to take back.
            let exit = self.args.fleet.change.exit(true);
            let report = self.report(addresses, Outcome::Planned);
            return Ok(RotateReport { stages, agents, held_up, exit, ..report });
        }
        let restart =
            if outlook.plan.change == Change::Unchanged { "" } else { say!(", which restarts the registry") };
        self.context.screen.consent(&say!("taking the new CA from every agent{restart}"))?;
        let (_, endpoints) = swap.carry_out(outlook, &mut Interrupt::listen()?).await?;
        let (agents, held_up) = self.trust(&self.old, &addresses, Mode::Apply).await?;
        let report = self.taken_back(stage, addresses, (agents, held_up))?;
        Ok(RotateReport { endpoints, ..report })
    }

    fn taken_back(
        &self,
        stage: Stage,
        addresses: Vec<RegistryAddress>,
        (agents, held_up): (usize, Vec<HeldUp>),
    ) -> Result<RotateReport> {
        if held_up.iter().any(|held| !held.excepted) {
            let stages = RotateReport::stages_at(Some(stage), Progress::HeldUp);
            let exit = rotation::exit(&held_up, agents);
            let report = self.report(addresses, Outcome::HeldUp);
            return Ok(RotateReport { stages, agents, held_up, exit, ..report });
        }
        let old = files::read_text(&self.folder.old_ca(), FaultKind::InputFile)?;
        self.certs.install(&[NewFile { name: "ca.crt", bytes: old.as_bytes(), mode: 0o644 }])?;
        let report = self.report(addresses, Outcome::Aborted);
        let label = format!("{}-given-up", renewal::backup_label(&self.folder.pair()?.leaf, self.now));
        let backup = Some(self.certs.give_up(Undertaking::Rotation, &label)?);
        let stages = RotateReport::stages_at(Some(Stage::TrustBoth), Progress::Ahead);
        Ok(RotateReport { stages, agents, held_up, backup, ..report })
    }

    fn nothing_to_take_back(&self) -> Fault {
        Fault::new(
            FaultKind::NothingUnderWay,
            say!("no rotation is under way in {}", self.certs.path().display()),
        )
    }
}

fn too_late() -> Fault {
    Fault::new(
        FaultKind::UnderWay,
        say!("the registry has its new leaf already, so this rotation is not taken back"),
    )
    .hint(say!("regctl cert rotate-ca brings it to its end: agents trust both CAs until then."))
}
