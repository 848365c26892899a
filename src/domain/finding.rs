//! What checks find: the common language of `verify` and of every check-up that follows it.

use super::language;
use serde::Serialize;

use super::fault::Exit;
use super::pull::AgentPulls;
use super::seen_certificate::SeenCertificate;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Not done; the detail says why.
    Skip,
    /// As it should be.
    Pass,
    /// It works, but should be looked at.
    Warn,
    /// It is not as it should be.
    Fail,
}

/// The cause of a check that was not made because the run was interrupted.
const INTERRUPTED: &str = "interrupted";
/// The cause of a check that passes because of what this run did.
const MENDED: &str = "mended";

/// Whose affair a check is: the exit code tells a broken registry from a few broken agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The registry as a whole.
    Registry,
    /// One agent.
    Agent,
}

/// One check of one subject, and how it came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which check: `tls`, `api`, `agent-trust`…
    pub name: &'static str,
    /// How it came out.
    pub status: Status,
    /// What was seen, in one line.
    pub detail: String,
    /// What to do next, as a sentence; every failed check has one.
    pub hint: Option<String>,
    /// What was checked: a registry's address, an app, an agent.
    pub subject: String,
    /// A word for the cause that stays the same from release to release, such as `ip-in-dns-name`; none where all is
    /// well without this run's doing, otherwise `mended`.
    pub cause: Option<&'static str>,
    /// Whose affair it is.
    #[serde(skip)]
    pub scope: Scope,
}

impl Finding {
    /// All is well.
    pub fn pass(name: &'static str, detail: impl Into<String>) -> Self {
        Self::new(name, Status::Pass, detail)
    }

    /// All is well now: this run has put it right.
    pub fn mended(name: &'static str, detail: impl Into<String>) -> Self {
        Self { cause: Some(MENDED), ..Self::pass(name, detail) }
    }

    /// Whether this run has put it right.
    pub fn is_mended(&self) -> bool {
        self.status == Status::Pass && self.cause == Some(MENDED)
    }

    /// It was not checked, and why.
    pub fn skip(name: &'static str, why: impl Into<String>) -> Self {
        Self::new(name, Status::Skip, why)
    }

    /// It works, but the cause should be looked at.
    pub fn warn(name: &'static str, cause: &'static str, detail: impl Into<String>) -> Self {
        Self { cause: Some(cause), ..Self::new(name, Status::Warn, detail) }
    }

    /// It does not work, for this cause; a hint is owed.
    pub fn fail(
        name: &'static str,
        cause: &'static str,
        detail: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { cause: Some(cause), hint: Some(language::told(hint)), ..Self::new(name, Status::Fail, detail) }
    }

    fn new(name: &'static str, status: Status, detail: impl Into<String>) -> Self {
        let detail = language::told(detail);
        Self { name, status, detail, hint: None, subject: String::new(), cause: None, scope: Scope::Registry }
    }

    /// The same finding about this subject.
    #[must_use]
    pub fn about(mut self, subject: impl ToString) -> Self {
        self.subject = subject.to_string();
        self
    }

    /// The same finding about one agent.
    #[must_use]
    pub fn about_agent(self, agent: impl ToString) -> Self {
        Self { scope: Scope::Agent, ..self.about(agent) }
    }

    /// The same finding with the next thing to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(language::told(hint));
        self
    }
}

/// How one check came out at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// How it came out.
    pub status: Status,
    /// The word for the cause.
    pub cause: Option<&'static str>,
    /// What was seen.
    pub detail: String,
    /// What to do next.
    pub hint: Option<String>,
}

/// One check of one subject that came out differently than in the round before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingChange {
    /// What was checked.
    pub subject: String,
    /// Which check.
    pub check: &'static str,
    /// How it was; none where it was not checked.
    pub before: Option<Outcome>,
    /// How it is; none where it is checked no more.
    pub after: Option<Outcome>,
}

/// How a watch went, at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WatchReport {
    /// Whether nothing failed in the last full round.
    pub ok: bool,
    /// Full rounds.
    pub rounds: u32,
    /// Changes that were told.
    pub changes: usize,
    /// The exit code: that of the last full round.
    #[serde(skip)]
    pub exit: Exit,
}

/// What `verify`, `doctor` or another check-up found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Whether nothing failed.
    pub ok: bool,
    /// Every finding, in the order of the checks.
    pub checks: Vec<Finding>,
    /// How the agents' runtimes pulled, where they were asked to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pulls: Vec<AgentPulls>,
    /// The CA files and what the registry presented, where they were looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<SeenCertificate>,
}

impl CheckReport {
    /// The report of these findings.
    pub fn new(checks: Vec<Finding>) -> Self {
        let ok = checks.iter().all(|check| check.status != Status::Fail);
        Self { ok, checks, pulls: Vec::new(), certificates: Vec::new() }
    }

    /// 130 where the run was interrupted, 0 where nothing failed, 3 where only some agents did and the registry and other
    /// agents are well, otherwise 1.
    pub fn exit(&self) -> Exit {
        if self.checks.iter().any(|check| check.cause == Some(INTERRUPTED)) {
            return Exit::Interrupted;
        }
        let failed: Vec<_> = self.checks.iter().filter(|check| check.status == Status::Fail).collect();
        let of_agent = |check: &Finding| check.scope == Scope::Agent;
        let well = |agent: &str| !failed.iter().any(|check| of_agent(check) && check.subject == agent);
        let some_agent_is_well = self.checks.iter().any(|check| of_agent(check) && well(&check.subject));
        match failed.iter().all(|check| of_agent(check)) {
            _ if failed.is_empty() => Exit::Done,
            true if some_agent_is_well => Exit::Partial,
            _ => Exit::NotAsAsked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(name: &'static str) -> Finding {
        Finding::fail(name, "cause", "detail", "hint")
    }

    #[test]
    fn the_exit_code_tells_a_broken_registry_from_a_few_broken_agents() {
        let exit = |checks: &[Finding]| CheckReport::new(checks.to_vec()).exit();
        let tls = || Finding::pass("tls", "").about("192.168.0.1");
        let good = || Finding::pass("agent-reach", "").about_agent("10.0.0.1");
        let bad = || failed("agent-trust").about_agent("10.0.0.2");
        let reached = || Finding::pass("agent-reach", "").about_agent("10.0.0.2");
        assert_eq!(exit(&[tls(), good()]), Exit::Done);
        assert_eq!(exit(&[tls(), good(), reached(), bad()]), Exit::Partial);
        assert_eq!(exit(&[tls(), reached(), bad()]), Exit::NotAsAsked);
        assert_eq!(exit(&[failed("tls").about("192.168.0.1"), good(), bad()]), Exit::NotAsAsked);
        assert_eq!(exit(&[Finding::warn("tls", "expires-soon", "")]), Exit::Done);
        let interrupted = Finding::fail("agent-login", "interrupted", "", "").about_agent("10.0.0.3");
        assert_eq!(exit(&[tls(), good(), interrupted]), Exit::Interrupted);
    }
}
