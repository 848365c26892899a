//! What codes mean: one at length, or all of them in a list.

use super::paint::Paint;
use super::table;
use crate::domain::explanation::{ExplainReport, Explanation, Met};

/// The meanings of one code, or the list of all.
pub(super) fn explained(report: &ExplainReport, paint: Paint) -> String {
    if report.all {
        listed(&report.codes, paint)
    } else {
        report.codes.iter().map(|it| at_length(it, paint)).collect()
    }
}

/// Where the code is met, its cause, and its cure.
fn at_length(it: &Explanation, paint: Paint) -> String {
    let met = match (it.met, it.exit) {
        (Met::Run, Some(exit)) => say!("a run ends with it, exit code {exit}"),
        (Met::Run, None) => say!("a run ends with it").to_owned(),
        (Met::Agent, _) => say!("of one agent").to_owned(),
        (Met::Check, _) => say!("found by a check").to_owned(),
    };
    let cure = it.cure.as_deref().unwrap_or(say!("The line below the check says it."));
    say!("{}  {met}\n  cause  {}\n  cure   {cure}\n", paint.bold(it.code), it.cause)
}

fn listed(codes: &[Explanation], paint: Paint) -> String {
    let of = |met| codes.iter().filter(move |it| it.met == met);
    let rows = |met| of(met).map(|it| [it.code.to_owned(), it.cause.clone()]).collect::<Vec<_>>();
    [
        (Met::Run, say!("RUN ENDS WITH")),
        (Met::Agent, say!("AGENT FAILS WITH")),
        (Met::Check, say!("CHECK FINDS")),
    ]
    .map(|(met, title)| table::table([title, say!("CAUSE")], rows(met), paint))
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::explanation;
    use crate::report::Style;

    #[test]
    fn a_code_is_told_with_its_exit_code_cause_and_cure() {
        let paint = Paint::new(Style::PLAIN);
        let codes: Vec<_> = explanation::errors().into_iter().filter(|it| it.code == "interrupted").collect();
        let text = explained(&ExplainReport { codes, all: false }, paint);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "interrupted  a run ends with it, exit code 130");
        assert_eq!(lines[3], "interrupted  of one agent");
        assert!(
            lines[1].starts_with("  cause  The run was interrupted") && lines[2].starts_with("  cure   Run")
        );
    }
}
