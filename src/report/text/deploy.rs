//! What deploying would do, and what it did.

use std::fmt::Write as _;

use serde_json::Value;

use super::nexus;
use super::paint::Paint;
use crate::domain::change::Change;
use crate::domain::columns::{columns, padded};
use crate::domain::data_move::DataMove;
use crate::domain::deploy::{DeployPlan, DeployReport, Difference, StagedFile};
use crate::domain::registry::RegistryAddress;
use crate::domain::transport::Transport;

/// The plan, as `--dry-run` prints it and as an update is asked about.
pub(super) fn plan(plan: &DeployPlan, paint: Paint) -> String {
    let id = paint.bold(plan.app_id.as_str());
    let becomes = match &plan.restores {
        Some(version) => say!("go back to version {version}"),
        None => say!("be updated").to_owned(),
    };
    let mut text = match plan.change {
        Change::Created => say!("{id} would be created:\n{}", indented(&plan.app.masked())),
        Change::Updated => say!("{id} would {becomes}:\n{}", differences(&plan.differences, paint)),
        _ => say!("{id} is as asked.\n"),
    };
    if let Some(DataMove { from, to }) = &plan.data_move {
        let _ = writeln!(
            text,
            "{}",
            say!(
                "  images would be copied from {from} to {to}, with the registry stopped; they stay on {from} too"
            )
        );
    }
    for warning in &plan.warnings {
        let _ = writeln!(text, "  {} {warning}", paint.warn(say!("note:")));
    }
    text + &staged(&plan.staged)
}

/// What was done, and the next command.
pub(super) fn deployed(report: &DeployReport, paint: Paint) -> String {
    let id = paint.bold(report.app_id.as_str());
    let verb = match report.change {
        Change::Updated if report.restores.is_some() => say!("Went back:"),
        Change::Created => say!("Created"),
        Change::Updated => say!("Updated"),
        _ => say!("Unchanged:"),
    };
    let health = match report.healthy {
        Some(true) => say!("healthy"),
        Some(false) => say!("not healthy"),
        None => say!("not waited for"),
    };
    let mut text = say!("{verb} {id}, {health} (version {})\n", report.version);
    if let Some(version) = &report.restores {
        let _ = writeln!(text, "{}", say!("  as it was at version {version}"));
    }
    if let Some(DataMove { from, to }) = &report.data_move {
        let _ = writeln!(text, "{}", say!("  images copied to {to}; those on {from} are still there"));
    }
    text.push_str(&staged(&report.staged));
    let names: Vec<String> = report.endpoints.iter().map(RegistryAddress::to_string).collect();
    let _ = writeln!(text, "{}", say!("  reached as  {}", names.join(", ")));
    let spoken = report.restores.is_none().then_some(report.transport);
    for name in report.endpoints.iter().filter(|name| spoken.is_some_and(|it| name.needs_port(it))) {
        let _ = writeln!(
            text,
            "{}",
            say!(
                "  {} every reference must name the port: {name}/NAME; {}/NAME goes to port 80",
                paint.warn(say!("note:")),
                name.host().bracketed()
            )
        );
    }
    if let Some(nexus) = &report.nexus {
        text.push_str(&nexus::summary(nexus, paint));
    }
    let next = match report {
        DeployReport { restores: Some(_), .. } => say!("verify"),
        DeployReport { transport: Transport::Plain, .. } => {
            say!("trust-agents --mode insecure (or --mode local-proxy --plain-http)")
        }
        _ => "trust-agents",
    };
    say!("{text}Next: regctl {next}\n")
}

fn differences(differences: &[Difference], paint: Paint) -> String {
    let line = |it: &Difference| match (&it.from, &it.to) {
        (Value::Null, to) => paint.good(&format!("  + {}: {to}", it.key)),
        (from, Value::Null) => paint.bad(&format!("  - {}: {from}", it.key)),
        (from, to) if from == to => paint.warn(&say!("  ~ {}: {to}, another one", it.key)),
        (from, to) => paint.warn(&format!("  ~ {}: {from} -> {to}", it.key)),
    };
    differences.iter().map(|difference| line(difference) + "\n").collect()
}

/// The files on the hosts, one a line.
pub(super) fn staged(files: &[StagedFile]) -> String {
    // Where there is one host, the app's own lines name it.
    let several = files.iter().any(|file| file.host != files[0].host);
    let place =
        |file: &StagedFile| if several { format!("{}:{}", file.host, file.path) } else { file.path.clone() };
    let width = files.iter().map(|file| columns(word(file.change))).fold(10, usize::max);
    files.iter().map(|file| format!("  {}  {}\n", padded(word(file.change), width), place(file))).collect()
}

fn word(change: Change) -> &'static str {
    match change {
        Change::Unchanged => say!("unchanged"),
        Change::Drifted => say!("would stage"),
        _ => say!("staged"),
    }
}

fn indented(value: &Value) -> String {
    format!("{value:#}").lines().map(|line| format!("  {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::Style;

    #[test]
    fn the_paths_stand_in_one_column_in_a_dry_run_too() {
        let file = |change, path: &str| StagedFile {
            path: path.to_owned(),
            change,
            host: "10.0.0.7".parse().expect("a host"),
        };
        let dry = [file(Change::Drifted, "/a"), file(Change::Unchanged, "/b")];
        assert_eq!(staged(&dry), "  would stage  /a\n  unchanged    /b\n");
        assert_eq!(staged(&[file(Change::Created, "/a")]), "  staged      /a\n");
    }

    #[test]
    fn agents_are_prepared_for_the_registry_as_it_is_spoken_to() {
        let report = |transport, restores: Option<&str>| DeployReport {
            app_id: "/infra/registry".parse().expect("is an id"),
            change: Change::Created,
            restores: restores.map(str::to_owned),
            data_move: None,
            deployment_id: None,
            version: "1".to_owned(),
            healthy: None,
            staged: Vec::new(),
            endpoints: Vec::new(),
            nexus: None,
            transport,
        };
        let plain = DeployReport {
            endpoints: vec!["192.168.0.1:443".parse().expect("is an address")],
            ..report(Transport::Plain, None)
        };
        let text = deployed(&plain, Paint::new(Style::PLAIN));
        assert!(text.contains("must name the port: 192.168.0.1:443/NAME; 192.168.0.1/NAME goes"), "{text}");
        let next = |transport, restores| {
            let text = deployed(&report(transport, restores), Paint::new(Style::PLAIN));
            text.lines().last().unwrap_or_default().to_owned()
        };
        assert_eq!(next(Transport::Tls, None), "Next: regctl trust-agents");
        assert!(next(Transport::Plain, None).starts_with("Next: regctl trust-agents --mode insecure"));
        assert_eq!(next(Transport::Plain, Some("2026")), "Next: regctl verify");
    }

    #[test]
    fn a_difference_is_a_line_with_its_sign() {
        let difference = |from: Value, to: Value| Difference { key: "mem".to_owned(), from, to };
        let all = [
            difference(Value::Null, json!(1)),
            difference(json!(1), Value::Null),
            difference(json!(1), json!(2)),
            difference(json!("(secret)"), json!("(secret)")),
        ];
        let text = differences(&all, Paint::new(Style::PLAIN));
        assert_eq!(text, "  + mem: 1\n  - mem: 1\n  ~ mem: 1 -> 2\n  ~ mem: \"(secret)\", another one\n");
        assert!(
            differences(&all, Paint::new(Style { colored: true, ..Style::PLAIN }))
                .contains("\u{1b}[36m  + mem: 1")
        );
    }
}
