//! What `up` and `down` have to say: a line for each stage, then all that failing ones said, then what is next.

use super::paint::Paint;
use crate::domain::columns::padded;
use crate::domain::language::spoken;
use crate::report::stages::{StageEntry, StageResult, StageStatus, StagesReport};
use crate::report::{Style, text};

/// The whole report.
pub(super) fn told(report: &StagesReport, style: Style) -> String {
    let paint = Paint::new(style);
    let mut told: String = report.stages.iter().map(|entry| line(entry, paint)).collect();
    for entry in report.stages.iter().filter(|entry| entry.status == StageStatus::Failed) {
        told.push_str(&format!("\n{}\n", paint.bold(&format!("== {}", entry.stage))));
        told.push_str(&match &entry.result {
            StageResult::Report(own) => text::render(own, style),
            StageResult::Fault(fault) => text::fault(fault),
            StageResult::Nothing => String::new(),
        });
    }
    match report.next() {
        next if next.is_empty() => told,
        next => format!("{told}\n{next}\n"),
    }
}

/// `deploy        unchanged     /registry is as asked`
fn line(entry: &StageEntry, paint: Paint) -> String {
    let word = padded(spoken(entry.status.word()), 12);
    let word = match entry.status {
        StageStatus::Done | StageStatus::Unchanged => paint.good(&word),
        StageStatus::WouldChange | StageStatus::Skipped | StageStatus::NotReached => paint.warn(&word),
        StageStatus::Failed => paint.bad(&word),
    };
    format!("{:<12}  {word}  {}\n", entry.stage, headline(entry))
}

/// What a stage came to, in a line.
pub(in crate::report) fn headline(entry: &StageEntry) -> String {
    let plain = Style::PLAIN;
    match &entry.result {
        StageResult::Report(own) => first_line(&text::render(own, plain)),
        StageResult::Fault(fault) => first_line(&fault.message),
        StageResult::Nothing => entry.detail.clone().unwrap_or_default(),
    }
}

fn first_line(text: &str) -> String {
    // What it would lead into does not follow here.
    text.lines().next().unwrap_or_default().trim_end_matches([':', '：']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::{Fault, FaultKind};
    use crate::report::stages::Course;

    #[test]
    fn every_stage_has_its_line_and_a_failed_one_its_say() {
        let fault = Fault::new(FaultKind::NotHealthy, "/registry is not ready").hint("Look there.");
        let stages = vec![
            StageEntry::idle("cert-gen", StageStatus::Unchanged, "certs/domain.crt is there"),
            StageEntry::failed("deploy", fault),
            StageEntry::idle("trust-agents", StageStatus::NotReached, "deploy failed"),
        ];
        let report = StagesReport {
            course: Course::Up,
            dry_run: false,
            stages,
            interrupted: false,
            done: String::new(),
        };
        assert_eq!(
            told(&report, Style::PLAIN),
            "\
cert-gen      unchanged     certs/domain.crt is there
deploy        failed        /registry is not ready
trust-agents  not-reached   deploy failed

== deploy
error[not-healthy]: /registry is not ready
hint: Look there.

Look there. regctl up again goes on from there.
"
        );
    }

    #[test]
    fn the_plan_of_a_real_run_ends_without_a_word_of_what_is_next() {
        let stages = || vec![StageEntry::idle("trust-agents", StageStatus::WouldChange, "every agent")];
        let report = |dry_run| StagesReport {
            course: Course::Down,
            dry_run,
            stages: stages(),
            interrupted: false,
            done: "Stays.".to_owned(),
        };
        let plain = Style::PLAIN;
        let line = "trust-agents  would-change  every agent\n";
        let dry = format!("{line}\nNothing was changed. Without --dry-run it would be.\n");
        assert_eq!(told(&report(true), plain), dry);
        assert_eq!(told(&report(true).about_to_be_done(), plain), line);
    }

    #[test]
    fn a_headline_does_not_lead_into_what_is_not_shown() {
        assert_eq!(first_line("/registry would be created:\n  {}"), "/registry would be created");
        assert_eq!(first_line("Unchanged: /registry, healthy\n"), "Unchanged: /registry, healthy");
    }
}
