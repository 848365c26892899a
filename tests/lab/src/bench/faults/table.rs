//! The verdicts as a table for people and as CSV.

use std::fmt::Write as _;

use super::verdict::Verdict;

/// The columns.
pub(crate) fn heading() -> String {
    format!(
        "{:<34}{:>7}{:>7}{:>9}{:>7}{:>13}{:>9}{:>9}",
        "fault", "exit", "code", "message", "lost", "next up", "run s", "next s"
    )
}

/// One fault.
pub(crate) fn line(verdict: &Verdict) -> String {
    let Verdict { name, right_code, right_words, kept, repaired, seconds, repair, .. } = verdict;
    format!(
        "{name:<34}{:>7}{:>7}{:>9}{:>7}{:>13}{seconds:>9.1}{repair:>9.1}",
        exit(verdict),
        mark(*right_code),
        mark(*right_words),
        if *kept { "no" } else { "LOST" },
        if *repaired { "repaired" } else { "NOT REPAIRED" },
    )
}

/// How many were met as they should be.
pub(crate) fn summary(verdicts: &[Verdict]) -> String {
    let good = verdicts.iter().filter(|verdict| verdict.good()).count();
    format!("{good} of {} faults met as they should be", verdicts.len())
}

/// A line for each, below a heading.
pub(crate) fn csv(verdicts: &[Verdict]) -> String {
    let mut text = String::from("fault,exit,right_code,right_message,lost,repaired,run_s,next_s\n");
    for verdict in verdicts {
        let Verdict { name, right_code, right_words, kept, repaired, seconds, repair, .. } = verdict;
        let code = exit(verdict);
        let _ = writeln!(
            text,
            "{name},{code},{right_code},{right_words},{},{repaired},{seconds:.2},{repair:.2}",
            !kept
        );
    }
    text
}

fn exit(verdict: &Verdict) -> String {
    verdict.code.map_or_else(|| "signal".to_owned(), |code| code.to_string())
}

const fn mark(right: bool) -> &'static str {
    if right { "right" } else { "WRONG" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_stands_out_and_every_line_has_all_fields() {
        let good = Verdict {
            name: "sigkill-in-deploy".to_owned(),
            code: None,
            right_code: true,
            right_words: true,
            kept: true,
            repaired: true,
            seconds: 1.0,
            repair: 2.0,
        };
        let bad = Verdict { code: Some(1), right_code: false, kept: false, repaired: false, ..good.clone() };
        assert!(line(&good).contains("signal") && !line(&good).contains("WRONG"));
        assert!(["WRONG", "LOST", "NOT REPAIRED"].iter().all(|word| line(&bad).contains(word)));
        let csv = csv(&[good.clone(), bad.clone()]);
        assert!(csv.lines().all(|line| line.split(',').count() == 8), "{csv}");
        assert_eq!(summary(&[good, bad]), "1 of 2 faults met as they should be");
    }
}
