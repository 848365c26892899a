//! The stages of `cert rotate-ca`, and what came of them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::app::AppId;
use super::cert::CertificateSummary;
use super::fault::Exit;
use super::registry::RegistryAddress;
use super::renewal::AnsweringAddress;

/// One stage of a rotation. Each may be repeated, and does nothing where it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Every agent gets the new CA beside the old one.
    TrustBoth,
    /// Once every agent has both, the registry gets a leaf by the new CA.
    Swap,
    /// Every agent reaches the registry and accepts its new leaf.
    Verify,
    /// The old CA is taken from every agent.
    TrustNew,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::TrustBoth, Self::Swap, Self::Verify, Self::TrustNew];

    /// The stage after this one.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| *stage > self)
    }

    /// The word, as in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TrustBoth => "trust-both",
            Self::Swap => "swap",
            Self::Verify => "verify",
            Self::TrustNew => "trust-new",
        }
    }

    /// What it does, for people.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::TrustBoth => say!("add the new CA beside the old one on every agent"),
            Self::Swap => {
                say!("see that every agent has both, then serve a leaf by the new CA (the registry restarts)")
            }
            Self::Verify => say!("look from every agent whether it accepts the new leaf"),
            Self::TrustNew => say!("take the old CA from every agent"),
        }
    }
}

/// How far a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// It is done.
    Done,
    /// It has begun, and something held it up.
    HeldUp,
    /// Its turn has not come.
    Ahead,
}

/// One stage of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StageReport {
    /// Which one.
    pub stage: Stage,
    /// How far it is.
    pub progress: Progress,
}

/// An agent that holds a stage up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldUp {
    /// Its name, as reports spell it.
    pub agent: String,
    /// A stable word for the cause.
    pub kind: String,
    /// What is wrong there.
    pub message: String,
    /// Whether it is excepted, so that nothing waits for it.
    pub excepted: bool,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Only the plan was wanted.
    Planned,
    /// The old CA is gone everywhere.
    Rotated,
    /// Agents hold it up; the next run goes on.
    HeldUp,
    /// The new CA is gone everywhere.
    Aborted,
}

/// What `cert rotate-ca` did, or would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RotateReport {
    /// How the run ended.
    pub outcome: Outcome,
    /// Marathon's id for the app.
    pub app_id: AppId,
    /// The addresses that agents know the registry by.
    pub registry: Vec<RegistryAddress>,
    /// The stages.
    pub stages: Vec<StageReport>,
    /// How many agents are meant.
    pub agents: usize,
    /// Those that hold it up, and those that are excepted and would.
    pub held_up: Vec<HeldUp>,
    /// The CA before.
    pub old_ca: CertificateSummary,
    /// The CA after; `null` where it is not made yet.
    pub new_ca: Option<CertificateSummary>,
    /// What answers at each address, where this run exchanged the leaf.
    pub endpoints: Vec<AnsweringAddress>,
    /// Where the old files are kept; `null` where nothing was replaced.
    pub backup: Option<PathBuf>,
    /// What the run ends with.
    #[serde(skip)]
    pub exit: Exit,
}

impl RotateReport {
    /// The stages of a run that has come to this one, or through all.
    pub fn stages_at(at: Option<Stage>, here: Progress) -> Vec<StageReport> {
        let progress = |stage: Stage| match at {
            Some(at) if stage > at => Progress::Ahead,
            Some(at) if stage == at => here,
            _ => Progress::Done,
        };
        Stage::ALL.into_iter().map(|stage| StageReport { stage, progress: progress(stage) }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_leads_to_the_next() {
        let mut stage = Some(Stage::TrustBoth);
        let walked = std::iter::from_fn(|| {
            let now = stage?;
            stage = now.next();
            Some(now)
        });
        assert_eq!(walked.collect::<Vec<_>>(), Stage::ALL);
        for stage in Stage::ALL {
            assert_eq!(serde_json::to_value(stage).expect("serializes"), stage.word());
        }
    }

    #[test]
    fn what_is_behind_is_done_and_what_is_ahead_is_not() {
        use Progress::{Ahead, Done, HeldUp};
        let at = |at, here| {
            RotateReport::stages_at(at, here).into_iter().map(|it| it.progress).collect::<Vec<_>>()
        };
        assert_eq!(at(Some(Stage::Swap), HeldUp), [Done, HeldUp, Ahead, Ahead]);
        assert_eq!(at(Some(Stage::TrustBoth), Ahead), [Ahead; 4]);
        assert_eq!(at(None, Done), [Done; 4]);
    }
}
