//! Every word that a page shows and no run has said, by the name that the script knows it by. What begins with `$` the
//! script fills in.

use std::collections::BTreeMap;

use crate::domain::fault::Exit;
use crate::domain::language::{self, Language};

/// The words.
pub(super) type Labels = BTreeMap<&'static str, &'static str>;

/// The language of the words below, as HTML's `lang` names it.
pub(super) fn lang() -> &'static str {
    match language::current() {
        Language::English => "en",
        Language::Chinese => "zh-CN",
    }
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

fn heading() -> [(&'static str, &'static str); 12] {
    [
        ("began", say!("Began")),
        ("took", say!("Took")),
        ("registry", say!("Registry")),
        ("cluster", say!("Cluster")),
        ("line", say!("Command")),
        ("local", say!("$time your time")),
        ("stages", say!("Stages")),
        ("failures", say!("What failed")),
        ("warnings", say!("What to look at")),
        ("show_all", say!("Show all $count")),
        ("checks", say!("Checks of the registry")),
        (
            "footer",
            say!(
                "Made by regctl $version. It holds host names, addresses and messages, but no key, password or token."
            ),
        ),
    ]
}

/// States of agents, checks and stages.
fn states() -> [(&'static str, &'static str); 10] {
    [
        ("skipped", say!("skipped")),
        ("passed", say!("passed")),
        ("unchanged", say!("unchanged")),
        ("changed", say!("changed")),
        ("warned", say!("warned")),
        ("drifted", say!("drifted")),
        ("failed", say!("failed")),
        ("done", say!("done")),
        ("would_change", say!("would change")),
        ("not_reached", say!("not reached")),
    ]
}

fn fleet() -> [(&'static str, &'static str); 7] {
    [
        ("agents", say!("Agents")),
        ("keys", say!("Arrow keys move, Enter opens an agent, / searches, Escape goes back.")),
        ("all", say!("all")),
        ("filter", say!("Show only")),
        ("search", say!("Search address, id or message")),
        ("shown", say!("$shown of $total")),
        ("nothing_found", say!("No agent is like that.")),
    ]
}

/// One agent, opened.
fn agent() -> [(&'static str, &'static str); 12] {
    [
        ("agent", say!("Agent $number of $total")),
        ("close", say!("Close")),
        ("previous", say!("Previous")),
        ("next", say!("Next")),
        ("address", say!("Address")),
        ("id", say!("Agent id")),
        ("attempts", say!("Connections tried")),
        ("elapsed", say!("Time spent")),
        ("error", say!("Error")),
        ("steps", say!("Steps")),
        ("agent_checks", say!("Checks")),
        ("pulls", say!("Pulls")),
    ]
}

fn times() -> [(&'static str, &'static str); 11] {
    [
        ("pull_times", say!("Pull times")),
        ("pull_note", say!("Cold pulls by digest, by each agent’s own clock.")),
        ("pull_series", say!("$runtime through $registry")),
        ("work_times", say!("Time spent on each agent")),
        (
            "work_note",
            say!("From the first try to connect to the last answer; waiting for its turn does not count."),
        ),
        ("axis", say!("agents, from the fastest to the slowest")),
        ("median", say!("median")),
        ("within", say!("95 of 100 within")),
        ("longest", say!("longest")),
        ("count", say!("measured")),
        ("no_time", say!("failed")),
    ]
}

fn certificates() -> [(&'static str, &'static str); 11] {
    [
        ("certificates", say!("Certificates")),
        ("ca", say!("CA")),
        ("leaf", say!("leaf")),
        ("today", say!("today")),
        ("good", say!("$days days left")),
        ("soon", say!("only $days days left")),
        ("expired", say!("expired $days days ago")),
        ("early", say!("not valid yet")),
        ("span", say!("$from to $to")),
        ("seen_in", say!("seen in $sources")),
        ("warn_note", say!("Hatched: the last $days days of each, by when there should be a new one.")),
    ]
}

/// What a reader without scripts is told.
pub(super) fn no_script() -> &'static str {
    say!("This page is drawn by a script of its own, and scripts are off here.")
}

/// What an exit code means.
pub(super) fn outcome(exit: Exit) -> &'static str {
    match exit {
        Exit::Done => say!("Everything is as asked"),
        Exit::NotAsAsked => say!("It is not as asked, or could not be done"),
        Exit::Usage => say!("What was given is wrong; nothing was tried"),
        Exit::Partial => say!("Some agents failed, the rest are done"),
        Exit::WouldChange => say!("Something would change"),
        Exit::Interrupted => say!("Interrupted; this is how far it came"),
    }
}
