//! Why an app waits: its back-off, or what no offer has.

use crate::domain::app_definition::AppDefinition;
use crate::domain::app_status::QueueItem;
use crate::domain::host::{Host, printable};

/// Back-off, or the first reason for which offers are not taken.
pub(super) fn waiting(app: &AppDefinition, item: &QueueItem) -> Option<(String, Option<String>)> {
    let left = item.delay.time_left_seconds;
    if !item.delay.overdue && left > 0.0 {
        return Some((say!("Marathon tries again in {left:.0} s, since tasks failed before"), None));
    }
    let offers = &item.processed_offers_summary;
    let rejects = offers.reject_summary_last_offers.iter().chain(&offers.reject_summary_launch_attempt);
    let Some(reject) = rejects.into_iter().find(|reject| reject.declined > 0) else {
        return (offers.processed_offers_count == 0)
            .then(|| (say!("no agent has made an offer yet").to_owned(), None));
    };
    let Shortage { what, word, hint } = reason(app, &reject.reason);
    Some((say!("{what}: {} declined for {word}", reject.declined), hint))
}

/// What no offer has.
struct Shortage {
    what: String,
    /// What offers are declined for.
    word: &'static str,
    hint: Option<String>,
}

fn reason(app: &AppDefinition, reason: &str) -> Shortage {
    let hosts: Vec<String> = app.named_hosts().iter().map(Host::to_string).collect();
    let host = (!hosts.is_empty()).then(|| hosts.join(say!(" or ")));
    let place = host.as_ref().map_or_else(String::new, |host| say!(" on {host}"));
    let less = |flag: &str| Some(say!("Free some there, or ask for less with {flag}."));
    let (what, word, hint) = match (reason, &host) {
        ("UnfulfilledConstraint", Some(hosts)) if app.instances.unwrap_or(1) > 1 => {
            let hint = say!(
                "Are these the hostnames that Mesos has, and are all of them up? regctl agents lists them."
            );
            (
                say!("no offer comes from {hosts} without an instance"),
                say!("their host"),
                Some(hint.to_owned()),
            )
        }
        ("UnfulfilledConstraint", Some(host)) => {
            let hint =
                say!("Is {host} the hostname that Mesos has for that agent? regctl agents lists them.");
            (say!("no offer comes from {host}"), say!("their host"), Some(hint))
        }
        ("UnfulfilledConstraint", None) => {
            (say!("no offer fits the constraints").to_owned(), say!("them"), None)
        }
        ("UnfulfilledRole", _) => {
            let hint = say!("A public agent needs --accept-role slave_public.");
            (say!("no offer is for this role").to_owned(), say!("their role"), Some(hint.to_owned()))
        }
        ("InsufficientMemory", _) => {
            (say!("no offer has {} MB{place}", number(app.mem)), say!("memory"), less("--mem"))
        }
        ("InsufficientCpus", _) => {
            (say!("no offer has {} CPUs{place}", number(app.cpus)), say!("CPUs"), less("--cpus"))
        }
        ("InsufficientDisk", _) => (say!("no offer has enough disk{place}"), say!("disk"), None),
        ("InsufficientPorts", _) => (say!("no offer has the port{place}"), say!("ports"), None),
        (other, _) => (say!("offers do not fit ({})", printable(other)), say!("that"), None),
    };
    Shortage { what, word, hint }
}

fn number(value: Option<f64>) -> String {
    value.unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn several_hosts_that_make_no_offer_are_all_named() {
        let constraints = json!([["hostname", "UNIQUE"], ["hostname", "LIKE", "10\\.0\\.0\\.1|a2"]]);
        let app: AppDefinition =
            serde_json::from_value(json!({"instances": 2, "constraints": constraints})).expect("is read");
        let Shortage { what, hint, .. } = reason(&app, "UnfulfilledConstraint");
        assert_eq!(what, "no offer comes from 10.0.0.1 or a2 without an instance");
        assert!(hint.expect("has one").contains("regctl agents"));
    }
}
