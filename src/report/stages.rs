//! What several commands in a row came to: `up` and `down`.

use super::Report;
use crate::domain::change::Change;
use crate::domain::fault::{Exit, Fault};

/// Which row of commands it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// From nothing to a registry that every agent trusts.
    Up,
    /// Back again.
    Down,
}

impl Course {
    /// The command's name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// How one stage came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageStatus {
    /// It was done.
    Done,
    /// Everything was as it should be already.
    Unchanged,
    /// A dry run found something to do.
    WouldChange,
    /// It failed, or did not get to its end.
    Failed,
    /// It was not asked for, or there is nothing for it to do.
    Skipped,
    /// A stage before it failed.
    NotReached,
}

impl StageStatus {
    /// The word, as in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => later!("done"),
            Self::Unchanged => later!("unchanged"),
            Self::WouldChange => later!("would-change"),
            Self::Failed => later!("failed"),
            Self::Skipped => later!("skipped"),
            Self::NotReached => later!("not-reached"),
        }
    }
}

/// What a stage left to be told.
#[derive(Debug)]
pub enum StageResult {
    /// Its command's report.
    Report(Box<Report>),
    /// Why there is none.
    Fault(Fault),
    /// It did not run.
    Nothing,
}

/// One stage.
#[derive(Debug)]
pub struct StageEntry {
    /// The name of its command.
    pub stage: &'static str,
    /// How it came out.
    pub status: StageStatus,
    /// Why it did not run, where it did not.
    pub detail: Option<String>,
    /// What its command said.
    pub result: StageResult,
}

impl StageEntry {
    /// A stage that ran to its end, well or badly.
    pub fn of(stage: &'static str, report: Report) -> Self {
        let status = status(&report);
        Self { stage, status, detail: None, result: StageResult::Report(Box::new(report)) }
    }

    /// A stage that ended with a fault.
    pub const fn failed(stage: &'static str, fault: Fault) -> Self {
        Self { stage, status: StageStatus::Failed, detail: None, result: StageResult::Fault(fault) }
    }

    /// A stage that did not run, and why.
    pub fn idle(stage: &'static str, status: StageStatus, why: impl Into<String>) -> Self {
        Self { stage, status, detail: Some(why.into()), result: StageResult::Nothing }
    }

    /// How the stage would end the run by itself.
    pub fn exit(&self) -> Exit {
        match &self.result {
            StageResult::Report(report) => report.exit(),
            StageResult::Fault(fault) => fault.kind.exit(),
            StageResult::Nothing => Exit::Done,
        }
    }
}

fn status(report: &Report) -> StageStatus {
    match report.exit() {
        Exit::WouldChange => StageStatus::WouldChange,
        Exit::Done => match difference(report) {
            Difference::None => StageStatus::Unchanged,
            Difference::Wanted => StageStatus::WouldChange,
            Difference::Made => StageStatus::Done,
        },
        _ => StageStatus::Failed,
    }
}

/// Whether a command that went well found anything to do.
enum Difference {
    None,
    Wanted,
    Made,
}

fn difference(report: &Report) -> Difference {
    let by = |is_there: bool, kind: Difference| if is_there { kind } else { Difference::None };
    match report {
        Report::CertGen(report) if report.dry_run => Difference::Wanted,
        Report::DeployPlan(plan) => by(plan.changes_anything(), Difference::Wanted),
        Report::Deploy(report) => {
            let staged = report.staged.iter().any(|file| file.change != Change::Unchanged);
            by(staged || report.change != Change::Unchanged, Difference::Made)
        }
        Report::Undeploy(report) if report.dry_run => {
            by(report.change == Change::Drifted, Difference::Wanted)
        }
        Report::Undeploy(report) => by(report.change == Change::Removed, Difference::Made),
        Report::Trust(report) | Report::Untrust(report) if report.summary.drifted > 0 => Difference::Wanted,
        Report::Trust(report) | Report::Untrust(report) => by(report.summary.changed > 0, Difference::Made),
        _ => Difference::Made,
    }
}

/// What a row of commands came to.
#[derive(Debug)]
pub struct StagesReport {
    /// Which row.
    pub course: Course,
    /// Whether it only looked.
    pub dry_run: bool,
    /// Every stage, those that were not reached too.
    pub stages: Vec<StageEntry>,
    /// Whether it was interrupted, if only between two stages.
    pub interrupted: bool,
    /// What to do when all went well, as a sentence; empty where that is not said yet.
    pub done: String,
}

impl StagesReport {
    /// What was found by looking, as it is shown before it is done: how that ends is not told yet.
    pub fn about_to_be_done(self) -> Self {
        Self { dry_run: false, done: String::new(), ..self }
    }

    /// The worst of the stages.
    pub fn exit(&self) -> Exit {
        let order = [Exit::Interrupted, Exit::Usage, Exit::NotAsAsked, Exit::Partial, Exit::WouldChange];
        let exits: Vec<Exit> = self.stages.iter().map(StageEntry::exit).collect();
        if self.interrupted {
            return Exit::Interrupted;
        }
        order.into_iter().find(|exit| exits.contains(exit)).unwrap_or(Exit::Done)
    }

    /// Whether there was, or would be, anything to do.
    pub fn changes_anything(&self) -> bool {
        let changes = [StageStatus::Done, StageStatus::WouldChange, StageStatus::Failed];
        let looks_only = ["preflight", "verify"];
        self.stages.iter().any(|entry| !looks_only.contains(&entry.stage) && changes.contains(&entry.status))
    }

    /// What to do next, as sentences.
    pub fn next(&self) -> String {
        let again = say!("regctl {} again goes on from there.", self.course.word());
        let failed = self.stages.iter().find(|entry| entry.status == StageStatus::Failed);
        match (self.exit(), failed) {
            (Exit::Done | Exit::WouldChange, _) if self.dry_run && self.changes_anything() => {
                say!("Nothing was changed. Without --dry-run it would be.").to_owned()
            }
            (Exit::Done | Exit::WouldChange, _) if !self.changes_anything() => {
                say!("Everything was as asked; nothing was changed. {}", self.done)
            }
            (Exit::Done | Exit::WouldChange, _) => self.done.clone(),
            (_, Some(entry)) => match &entry.result {
                StageResult::Fault(Fault { hint: Some(hint), .. }) => format!("{hint} {again}"),
                _ => say!("Mend what {} names; {again}", entry.stage),
            },
            (_, None) => again,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::FaultKind;
    use crate::domain::trust::{Summary, TrustReport, Work};

    fn trust(changed: usize, exit: Exit) -> Report {
        let summary = Summary { total: 3, changed, ..Summary::default() };
        Report::Trust(TrustReport {
            registry: vec![],
            agents: vec![],
            summary,
            certificates: vec![],
            work: Work::Trust,
            exit,
        })
    }

    fn report(stages: Vec<StageEntry>) -> StagesReport {
        StagesReport {
            course: Course::Up,
            dry_run: false,
            stages,
            interrupted: false,
            done: "Push.".to_owned(),
        }
    }

    #[test]
    fn the_worst_stage_decides_and_an_interruption_wins() {
        let partial = || StageEntry::of("trust-agents", trust(2, Exit::Partial));
        let fault = Fault::new(FaultKind::NotHealthy, "not healthy").hint("Look there.");
        let broken = || StageEntry::failed("deploy", fault.clone());
        assert_eq!(report(vec![partial()]).exit(), Exit::Partial);
        assert_eq!(report(vec![partial(), broken()]).exit(), Exit::NotAsAsked);
        assert_eq!(StagesReport { interrupted: true, ..report(vec![broken()]) }.exit(), Exit::Interrupted);
        assert_eq!(report(vec![broken()]).next(), "Look there. regctl up again goes on from there.");
    }

    #[test]
    fn a_run_that_changes_nothing_says_so() {
        let same = || vec![StageEntry::of("trust-agents", trust(0, Exit::Done))];
        assert_eq!(same()[0].status, StageStatus::Unchanged);
        assert_eq!(report(same()).next(), "Everything was as asked; nothing was changed. Push.");
        assert_eq!(report(vec![StageEntry::of("trust-agents", trust(1, Exit::Done))]).next(), "Push.");
    }
}
