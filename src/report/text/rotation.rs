//! What `cert rotate-ca` has to say: the stages, who holds them up, and how to go on.

use std::fmt::Write as _;

use super::cert::certificate;
use super::paint::Paint;
use super::renewal::answering;
use crate::domain::agent;
use crate::domain::rotation::{HeldUp, Outcome, Progress, RotateReport, StageReport};

/// So many agents are named; the rest are counted.
const NAMED: usize = 10;

/// The whole report.
pub(super) fn told(report: &RotateReport, paint: Paint) -> String {
    let names: Vec<_> = report.registry.iter().map(ToString::to_string).collect();
    let (names, agents) = (paint.bold(&names.join(", ")), agent::counted(report.agents));
    let mut text = match report.outcome {
        Outcome::Planned => say!("To rotate the CA of {names} on {agents}:\n"),
        Outcome::Rotated => say!("Rotated the CA of {names}: {agents} no more trust the old one.\n"),
        Outcome::HeldUp => say!("{}: the CA of {names} on {agents}.\n", paint.bad(say!("Held up"))),
        Outcome::Aborted => say!("Took the rotation back: {agents} trust the old CA of {names} alone.\n"),
    };
    report.stages.iter().for_each(|stage| text.push_str(&stage_told(stage, paint)));
    text.push_str(&held_up(&report.held_up, paint));
    text.push_str(&certificate(say!("old CA"), &report.old_ca));
    if let Some(new) = &report.new_ca {
        text.push_str(&certificate(say!("new CA"), new));
    }
    report.endpoints.iter().for_each(|endpoint| text.push_str(&answering(endpoint, paint)));
    if let Some(backup) = &report.backup {
        let _ = writeln!(text, "{}", say!("  What is not in use any more is kept in {}.", backup.display()));
    }
    text + next(report)
}

fn stage_told(stage: &StageReport, paint: Paint) -> String {
    let mark = match stage.progress {
        Progress::Done => paint.good(say!("done   ")),
        Progress::HeldUp => paint.bad(say!("held up")),
        Progress::Ahead => say!("ahead  ").to_owned(),
    };
    format!("  {mark}  {:<10}  {}\n", stage.stage.word(), stage.stage.purpose())
}

fn held_up(all: &[HeldUp], paint: Paint) -> String {
    let line = |held: &HeldUp| {
        let mark = if held.excepted { paint.warn(say!("excepted")) } else { paint.bad(say!("holds up")) };
        format!("  {mark}  {} ({}): {}\n", held.agent, held.kind, held.message)
    };
    let mut text: String = all.iter().take(NAMED).map(line).collect();
    if all.len() > NAMED {
        let _ = writeln!(text, "{}", say!("  and {} more", all.len() - NAMED));
    }
    text
}

fn next(report: &RotateReport) -> &'static str {
    match report.outcome {
        Outcome::Rotated => say!("Next: regctl verify --from-agents\n"),
        Outcome::HeldUp => {
            say!(
                "Every agent that could pull can pull still. Mend those above, or name them with \
                 --except, and run the same command again: it goes on from here.\n"
            )
        }
        Outcome::Planned | Outcome::Aborted => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cert::{CertificateSummary, Names};
    use crate::domain::fault::Exit;
    use crate::domain::rotation::Stage;
    use crate::report::Style;

    #[test]
    fn an_agent_that_holds_it_up_is_named_with_the_way_on() {
        let old_ca = CertificateSummary {
            subject: "CN=old".to_owned(),
            issuer: "CN=old".to_owned(),
            names: Names::default(),
            fingerprint: "SHA256:00".to_owned(),
            not_before: "2026-01-01".to_owned(),
            not_after: "2036-01-01".to_owned(),
        };
        let held = HeldUp {
            agent: "10.0.0.9".to_owned(),
            kind: "connect-timeout".to_owned(),
            message: "no answer".to_owned(),
            excepted: false,
        };
        let report = RotateReport {
            outcome: Outcome::HeldUp,
            app_id: "/registry".parse().expect("legal"),
            registry: vec!["192.168.0.1".parse().expect("legal")],
            stages: RotateReport::stages_at(Some(Stage::Swap), Progress::HeldUp),
            agents: 3,
            held_up: vec![held],
            old_ca,
            new_ca: None,
            endpoints: Vec::new(),
            backup: None,
            exit: Exit::Partial,
        };
        let text = told(&report, Paint::new(Style::PLAIN));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "Held up: the CA of 192.168.0.1 on 3 agents.");
        assert!(
            lines[1].starts_with("  done     trust-both") && lines[2].starts_with("  held up  swap"),
            "{text}"
        );
        assert!(lines[3].starts_with("  ahead    verify"), "{text}");
        assert_eq!(lines[5], "  holds up  10.0.0.9 (connect-timeout): no answer");
        assert!(text.contains("--except"), "{text}");
    }
}
