//! What `ssh-setup` has to say: the key, then the agents.

use super::trust::agents_told;
use crate::domain::change::Change;
use crate::domain::ssh_setup::{KeyReport, SshSetupReport};
use crate::report::Style;

/// The whole report.
pub(super) fn set_up(report: &SshSetupReport, style: Style) -> String {
    let agents = agents_told(&report.agents, &report.summary, style);
    format!("{}\n{agents}\n{}\n", key(&report.key), next(report))
}

fn key(key: &KeyReport) -> String {
    let file = key.file.display();
    let fingerprint = key.fingerprint.as_deref().unwrap_or_default();
    match key.change {
        Change::Created => {
            say!("Made the key {file} {fingerprint}; it has no passphrase, so keep it to yourself")
        }
        Change::Drifted => say!("There is no key {file} yet; it would be made"),
        _ => say!("The key is {file} {fingerprint}"),
    }
}

fn next(report: &SshSetupReport) -> &'static str {
    let differing = report.summary.drifted > 0;
    let undone = report.summary.failed + report.summary.skipped > 0;
    match (report.only_looked, report.removing) {
        (true, _) if differing => say!("Nothing was changed. Without --check or --dry-run it would be."),
        (true, _) if !undone => say!("Nothing differs, and nothing was changed."),
        (true, _) => say!("Nothing was changed."),
        (false, _) if undone => {
            say!("Once the cause is gone, repeat the command: what is right already is left alone.")
        }
        (false, true) => say!("The key pair itself was left alone."),
        (false, false) => say!("Next: regctl trust-agents"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agent::{AgentError, AgentErrorKind};
    use crate::domain::fault::Exit;
    use crate::domain::script::StepLine;
    use crate::domain::trust::{AgentReport, Status, Summary};

    fn agent(name: &str, status: Status) -> AgentReport {
        let detail = "/home/core/.ssh/authorized_keys".to_owned();
        let error = AgentError::new(AgentErrorKind::Auth, "the password was refused").hint("Is it right?");
        let failed = status == Status::Failed;
        AgentReport {
            agent: name.to_owned(),
            agent_id: None,
            address: None,
            status,
            steps: vec![StepLine { step: "authorized-key".to_owned(), change: Change::Changed, detail }]
                .into_iter()
                .filter(|_| !failed)
                .collect(),
            error: failed.then_some(error),
            attempts: 1,
            elapsed_ms: 5,
        }
    }

    fn report() -> SshSetupReport {
        SshSetupReport {
            key: KeyReport {
                file: "/root/.ssh/id_ed25519".into(),
                fingerprint: Some("SHA256:abc".to_owned()),
                change: Change::Created,
            },
            agents: vec![
                agent("a1", Status::Changed),
                agent("a2", Status::Changed),
                agent("a3", Status::Failed),
            ],
            summary: Summary { total: 3, changed: 2, failed: 1, elapsed_ms: 700, ..Summary::default() },
            removing: false,
            only_looked: false,
            exit: Exit::Partial,
        }
    }

    #[test]
    fn the_key_comes_first_and_the_next_thing_to_do_last() {
        let text = set_up(&report(), Style::PLAIN);
        assert_eq!(
            text,
            "\
Made the key /root/.ssh/id_ed25519 SHA256:abc; it has no passphrase, so keep it to yourself
3 agents: 2 changed, 1 failed in 700 ms

  changed      2  authorized-key changed
                  a1, a2
                  authorized-key: /home/core/.ssh/authorized_keys
  failed       1
                  a3
                  auth: the password was refused
                  Is it right?

Once the cause is gone, repeat the command: what is right already is left alone.
"
        );
    }

    #[test]
    fn what_to_do_next_follows_from_what_was_done() {
        let done = Summary { total: 3, changed: 3, ..Summary::default() };
        let report = SshSetupReport { summary: done, ..report() };
        assert_eq!(next(&report), "Next: regctl trust-agents");
        assert!(next(&SshSetupReport { removing: true, ..report.clone() }).contains("left alone"));
        assert!(next(&SshSetupReport { only_looked: true, ..report }).starts_with("Nothing differs"));
    }
}
