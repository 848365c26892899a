//! What was seen to in a Nexus.

use std::fmt::Write as _;

use super::paint::Paint;
use crate::domain::change::Change;
use crate::domain::columns::padded;
use crate::domain::language::spoken;
use crate::domain::nexus::{NexusSetupReport, NexusStep};

/// What was done, or would be, a line for each step.
pub(super) fn set_up(report: &NexusSetupReport, paint: Paint) -> String {
    let next = if report.dry_run { "" } else { say!("Next: regctl verify --push\n") };
    summary(report, paint) + next
}

/// The same as a part of another report.
pub(super) fn summary(report: &NexusSetupReport, paint: Paint) -> String {
    let NexusSetupReport { url, nexus, .. } = report;
    let changed = report.steps.iter().any(|it| it.change != Change::Unchanged);
    let verdict = match (changed, report.dry_run) {
        (false, _) => say!("is as asked"),
        (true, true) => say!("would be set up"),
        (true, false) => say!("is set up"),
    };
    let text = say!("{nexus} at {} {verdict}:\n", paint.bold(url));
    text + &steps(&report.steps, paint)
}

/// The steps, one a line.
fn steps(steps: &[NexusStep], paint: Paint) -> String {
    let mut text = String::new();
    for NexusStep { step, change, detail } in steps {
        let word = padded(spoken(change.word()), 9);
        let word = if *change == Change::Unchanged { word } else { paint.good(&word) };
        let _ = writeln!(text, "  {word}  {step:<14}  {detail}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::Exit;
    use crate::report::Style;

    #[test]
    fn every_step_has_a_line_that_says_what_became_of_it() {
        let step = |step, change, detail: &str| NexusStep { step, change, detail: detail.to_owned() };
        let report = NexusSetupReport {
            dry_run: false,
            url: "http://a1:8081".to_owned(),
            nexus: "Nexus 3.76.1 (OSS)".to_owned(),
            repository: "docker-hosted".parse().expect("a name"),
            steps: vec![
                step("admin-password", Change::Updated, "the initial one is replaced by yours"),
                step("role", Change::Unchanged, "docker-hosted-all"),
            ],
            exit: Exit::Done,
        };
        let told = set_up(&report, Paint::new(Style::PLAIN));
        let expected = "\
Nexus 3.76.1 (OSS) at http://a1:8081 is set up:
  updated    admin-password  the initial one is replaced by yours
  unchanged  role            docker-hosted-all
Next: regctl verify --push
";
        assert_eq!(told, expected);
    }
}
