//! An app's folders on its hosts: measured, removed.

use std::time::Duration;

use anyhow::Result;

use super::Context;
use super::flags::{ClusterArgs, FanOutArgs, SshArgs};
use super::logins::{Logins, Round};
use super::staging;
use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::domain::change::Change;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::Host;
use crate::domain::host_folder::HostFolder;
use crate::domain::undeploy::FolderFate;
use crate::effects::interrupt::Interrupt;
use crate::plan::purge;
use crate::plan::script::Mode;

/// Which folders where, and how to log in there.
pub(super) struct Purge<'a> {
    /// The hosts.
    pub(super) hosts: &'a [Host],
    /// The folders, the same on each.
    pub(super) folders: &'a [HostFolder],
    /// How to log in.
    pub(super) ssh: &'a SshArgs,
    /// Whose hosts they are.
    pub(super) cluster: &'a ClusterArgs,
    /// How long one host may take: removing millions of files takes its time.
    pub(super) patience: Duration,
    /// Where progress is shown.
    pub(super) context: &'a Context,
}

impl Purge<'_> {
    /// Removes the folders in one login for each host, or with [`Mode::Check`] measures them.
    pub(super) async fn run(&self, mode: Mode, interrupt: &mut Interrupt) -> Result<Vec<FolderFate>> {
        let script = purge::script(self.folders, mode, &self.context.holder())?;
        let targets = staging::targets(self.hosts);
        let names = listed(self.hosts.iter().map(Host::to_string));
        let stage = match mode {
            Mode::Apply => say!("Removing the registry's folders on {names}"),
            Mode::Check => say!("Measuring the registry's folders on {names}"),
        };
        let settings = self.ssh.settings(self.context, self.cluster)?;
        let fan_out = FanOutArgs { timeout: Some(self.patience), ..FanOutArgs::default() };
        let (ssh, cluster, context) = (self.ssh, self.cluster, self.context);
        let logins = Logins { ssh, fan_out: &fan_out, cluster, context, watcher: None };
        let outcomes = logins.round(Round { settings, script, targets: &targets, stage }, interrupt).await?;
        // One host that fails hides no other: what was removed there is known from here alone.
        let (mut fates, mut failures) = (Vec::new(), Vec::new());
        for (host, outcome) in self.hosts.iter().zip(outcomes) {
            let failure = match outcome.result {
                Ok(answer) => {
                    fates.extend(purge::fates(host, self.folders, &answer));
                    answer.failure
                }
                Err(error) => Some(error),
            };
            failures.extend(failure.map(|error| (host, error)));
        }
        if failures.is_empty() {
            Ok(fates)
        } else {
            Err(failed(self.folders, &failures, &fates, mode).into())
        }
    }
}

/// The fault of hosts that failed, with every folder that was meant, and those that are removed nevertheless.
fn failed(folders: &[HostFolder], on: &[(&Host, AgentError)], fates: &[FolderFate], mode: Mode) -> Fault {
    let interrupted = on.iter().any(|(_, error)| error.kind == AgentErrorKind::Interrupted);
    let kind = if interrupted { FaultKind::Interrupted } else { FaultKind::Purge };
    let folders = listed(folders.iter().map(HostFolder::to_string));
    let say =
        |(host, error): &(&Host, AgentError)| format!("{host}: {} ({})", error.message, error.kind.word());
    let on_hosts = on.iter().map(say).collect::<Vec<_>>().join("; ");
    if mode == Mode::Check {
        let hint = on.iter().find_map(|(_, error)| error.hint.as_deref());
        return Fault::new(kind, say!("measuring {folders} on {on_hosts}; nothing was changed"))
            .hint(hint.unwrap_or(say!("Mend the host, or undeploy without --purge.")));
    }
    let gone = fates.iter().filter(|fate| fate.change == Change::Removed);
    let gone = listed(gone.map(|fate| format!("{}:{}", fate.host, fate.path)));
    let gone = if gone.is_empty() { gone } else { say!("; removed: {gone}") };
    Fault::new(kind, say!("the app is gone, but removing {folders} failed on {on_hosts}{gone}"))
        .hint(say!("Nothing knows these folders any more: remove by hand what is left of them."))
}

fn listed(all: impl Iterator<Item = String>) -> String {
    all.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_purge_names_every_host_that_failed_and_what_is_removed() {
        let hosts: Vec<Host> = ["a1", "a2", "a3"].map(|name| name.parse().expect("legal")).into();
        let folders: Vec<HostFolder> = ["/data/images", "/etc/r"].map(|it| it.parse().expect("legal")).into();
        let error = |kind, why: &str| AgentError::new(kind, why);
        let failures = [
            (&hosts[0], error(AgentErrorKind::Timeout, "took too long")),
            (&hosts[2], error(AgentErrorKind::Unreachable, "no route")),
        ];
        let fate = |change, path: &HostFolder| FolderFate {
            host: hosts[1].clone(),
            path: path.clone(),
            bytes: None,
            change,
        };
        let fates = [fate(Change::Removed, &folders[0]), fate(Change::Unchanged, &folders[1])];
        let fault = failed(&folders, &failures, &fates, Mode::Apply);
        for part in
            ["/data/images, /etc/r", "a1: took too long", "a3: no route", "; removed: a2:/data/images"]
        {
            assert!(fault.message.contains(part), "{part}: {}", fault.message);
        }
        assert!(!fault.message.contains("a2:/etc/r"), "{}", fault.message);
        let fault = failed(&folders, &failures, &fates, Mode::Check);
        assert!(fault.message.contains("a3: no route") && !fault.message.contains("removed"), "{fault:?}");
        let stopped = [(&hosts[0], error(AgentErrorKind::Interrupted, "stopped"))];
        assert_eq!(failed(&folders, &stopped, &[], Mode::Apply).kind, FaultKind::Interrupted);
    }
}
