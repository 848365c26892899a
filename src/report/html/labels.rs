//! Every word that a page shows and no run has said, by the name that the script knows it by. What begins with `$` the
//! script fills in.

use std::collections::BTreeMap;

use crate::domain::fault::Exit;

/// The words.
pub(super) type Labels = BTreeMap<&'static str, String>;

/// The language of the words below, as HTML's `lang` names it.
pub(super) const fn lang() -> &'static str {
    "en"
}

/// All of them.
pub(super) fn all() -> Labels {
    let mut labels = BTreeMap::new();
    labels.extend(heading());
    labels.extend(states());
    labels.extend(fleet());
    labels.extend(agent());
    labels.extend(times());
    labels.extend(certificates());
    labels
}

fn heading() -> [(&'static str, String); 12] {
    [
        ("began", "Began".to_owned()),
        ("took", "Took".to_owned()),
        ("registry", "Registry".to_owned()),
        ("cluster", "Cluster".to_owned()),
        ("line", "Command".to_owned()),
        ("local", "$time your time".to_owned()),
        ("stages", "Stages".to_owned()),
        ("failures", "What failed".to_owned()),
        ("warnings", "What to look at".to_owned()),
        ("show_all", "Show all $count".to_owned()),
        ("checks", "Checks of the registry".to_owned()),
        (
            "footer",
            "Made by regctl $version. It holds host names, addresses and messages, but no key, password or token."
                .to_owned(),
        ),
    ]
}

/// States of agents, checks and stages.
fn states() -> [(&'static str, String); 10] {
    [
        ("skipped", "skipped".to_owned()),
        ("passed", "passed".to_owned()),
        ("unchanged", "unchanged".to_owned()),
        ("changed", "changed".to_owned()),
        ("warned", "warned".to_owned()),
        ("drifted", "drifted".to_owned()),
        ("failed", "failed".to_owned()),
        ("done", "done".to_owned()),
        ("would_change", "would change".to_owned()),
        ("not_reached", "not reached".to_owned()),
    ]
}

fn fleet() -> [(&'static str, String); 7] {
    [
        ("agents", "Agents".to_owned()),
        ("keys", "Arrow keys move, Enter opens an agent, / searches, Escape goes back.".to_owned()),
        ("all", "all".to_owned()),
        ("filter", "Show only".to_owned()),
        ("search", "Search address, id or message".to_owned()),
        ("shown", "$shown of $total".to_owned()),
        ("nothing_found", "No agent is like that.".to_owned()),
    ]
}

/// One agent, opened.
fn agent() -> [(&'static str, String); 12] {
    [
        ("agent", "Agent $number of $total".to_owned()),
        ("close", "Close".to_owned()),
        ("previous", "Previous".to_owned()),
        ("next", "Next".to_owned()),
        ("address", "Address".to_owned()),
        ("id", "Agent id".to_owned()),
        ("attempts", "Connections tried".to_owned()),
        ("elapsed", "Time spent".to_owned()),
        ("error", "Error".to_owned()),
        ("steps", "Steps".to_owned()),
        ("agent_checks", "Checks".to_owned()),
        ("pulls", "Pulls".to_owned()),
    ]
}

fn times() -> [(&'static str, String); 11] {
    [
        ("pull_times", "Pull times".to_owned()),
        ("pull_note", "Cold pulls by digest, by each agent’s own clock.".to_owned()),
        ("pull_series", "$runtime through $registry".to_owned()),
        ("work_times", "Time spent on each agent".to_owned()),
        (
            "work_note",
            "From the first try to connect to the last answer; waiting for its turn does not count."
                .to_owned(),
        ),
        ("axis", "agents, from the fastest to the slowest".to_owned()),
        ("median", "median".to_owned()),
        ("within", "95 of 100 within".to_owned()),
        ("longest", "longest".to_owned()),
        ("count", "measured".to_owned()),
        ("no_time", "failed".to_owned()),
    ]
}

fn certificates() -> [(&'static str, String); 11] {
    [
        ("certificates", "Certificates".to_owned()),
        ("ca", "CA".to_owned()),
        ("leaf", "leaf".to_owned()),
        ("today", "today".to_owned()),
        ("good", "$days days left".to_owned()),
        ("soon", "only $days days left".to_owned()),
        ("expired", "expired $days days ago".to_owned()),
        ("early", "not valid yet".to_owned()),
        ("span", "$from to $to".to_owned()),
        ("seen_in", "seen in $sources".to_owned()),
        ("warn_note", "Hatched: the last $days days of each, by when there should be a new one.".to_owned()),
    ]
}

/// What a reader without scripts is told.
pub(super) fn no_script() -> String {
    "This page is drawn by a script of its own, and scripts are off here.".to_owned()
}

/// What an exit code means.
pub(super) fn outcome(exit: Exit) -> String {
    match exit {
        Exit::Done => "Everything is as asked".to_owned(),
        Exit::NotAsAsked => "It is not as asked, or could not be done".to_owned(),
        Exit::Usage => "What was given is wrong; nothing was tried".to_owned(),
        Exit::Partial => "Some agents failed, the rest are done".to_owned(),
        Exit::WouldChange => "Something would change".to_owned(),
        Exit::Interrupted => "Interrupted; this is how far it came".to_owned(),
    }
}
