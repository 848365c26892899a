//! How long certificates still last.

use serde::Serialize;

use super::fault::Exit;

/// How a certificate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It holds for long enough.
    Good,
    /// It ends within the time of warning.
    Soon,
    /// It has ended.
    Expired,
    /// It has not begun.
    NotYetValid,
    /// There is none that can be read.
    Unreadable,
    /// A server that had to be asked shows none.
    Unreachable,
    /// A server that is configured, but that nobody insisted on, shows none.
    Skipped,
}

/// One certificate that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertStatus {
    /// The file or the address.
    pub source: String,
    /// How it stands.
    pub state: State,
    /// Whose it is: of a chain, the one that ends first.
    pub subject: Option<String>,
    /// notAfter of that one, RFC 3339.
    pub not_after: Option<String>,
    /// Whole days until then; negative once it is over.
    pub days_left: Option<i64>,
    /// Fingerprint of the leaf.
    pub fingerprint: Option<String>,
    /// What else there is to say; may be empty.
    pub detail: String,
    /// Whether a server shows another leaf than the file that it was deployed from.
    pub differs: bool,
}

/// What `cert status` has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertStatusReport {
    /// Whether all of them are good.
    pub ok: bool,
    /// The time of warning, in days.
    pub warn_days: i64,
    /// What was looked at, in order.
    pub certificates: Vec<CertStatus>,
}

impl CertStatusReport {
    /// The report of these.
    pub fn new(warn_days: i64, certificates: Vec<CertStatus>) -> Self {
        let good = |one: &CertStatus| matches!(one.state, State::Good | State::Skipped);
        Self { ok: certificates.iter().all(good), warn_days, certificates }
    }

    /// 0 where all are good, 1 where one has ended, not begun or cannot be read, otherwise 4.
    pub fn exit(&self) -> Exit {
        let any = |states: &[State]| self.certificates.iter().any(|one| states.contains(&one.state));
        if any(&[State::Expired, State::NotYetValid, State::Unreadable, State::Unreachable]) {
            Exit::NotAsAsked
        } else if any(&[State::Soon]) {
            Exit::WouldChange
        } else {
            Exit::Done
        }
    }
}
