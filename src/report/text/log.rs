//! What `log` shows: a line for each run, or all that is known of one.

use time::OffsetDateTime;
use time::macros::format_description;

use super::paint::Paint;
use super::table::line;
use crate::domain::answer::shown;
use crate::domain::audit::{AuditAgents, AuditChange, AuditRecord, AuditResult, LogReport};
use crate::domain::columns::padded;
use crate::domain::duration;
use crate::domain::fault::Exit;

/// A table of the runs, the newest last, or each of them whole.
pub(super) fn told(report: &LogReport, paint: Paint) -> String {
    let mut text = match report.records.as_slice() {
        [] => nothing(report),
        records if report.whole => records.iter().map(|it| whole(it, paint)).collect::<Vec<_>>().join("\n"),
        records => table(records, report.clusters.len() > 1, paint),
    };
    if report.left_out > 0 {
        text.push_str(&say!("\n{} earlier records: --last {}\n", report.left_out, report.matching()));
    }
    if report.broken_lines > 0 {
        let told = say!("Lines that cannot be read, and are left out: {}", report.broken_lines);
        text.push_str(&format!("\n{}\n", paint.warn(&told)));
    }
    text
}

fn nothing(report: &LogReport) -> String {
    match report.clusters.as_slice() {
        [cluster] => say!("No such run is on record for {}.\n", shown(cluster)),
        clusters => say!("No such run is on record for any of {} clusters.\n", clusters.len()),
    }
}

fn table(records: &[AuditRecord], with_cluster: bool, paint: Paint) -> String {
    let head =
        [say!("ID"), say!("WHEN (UTC)"), say!("BY"), say!("COMMAND"), say!("RESULT")].map(str::to_owned);
    let rows: Vec<[String; 5]> = records.iter().map(|record| row(record, with_cluster)).collect();
    let all: Vec<_> = std::iter::once(head.clone()).chain(rows.iter().cloned()).collect();
    let mut text = paint.bold(line(&head, &all).trim_end()) + "\n";
    for (record, cells) in records.iter().zip(&rows) {
        let cells = line(cells, &all);
        let painted = match record.result.exit {
            Some(0) => cells.trim_end().to_owned(),
            Some(_) => paint.bad(cells.trim_end()),
            None => paint.warn(cells.trim_end()),
        };
        text.push_str(&(painted + "\n"));
    }
    text
}

fn row(record: &AuditRecord, with_cluster: bool) -> [String; 5] {
    let of = if with_cluster { format!(" ({})", shown(&record.cluster)) } else { String::new() };
    [
        shown(&record.id),
        time(record.begun),
        format!("{}@{}", shown(&record.by.user), shown(&record.by.host)),
        format!("{}{of}", shown(&record.command)),
        outcome(&record.result),
    ]
}

/// One record with all its fields.
fn whole(record: &AuditRecord, paint: Paint) -> String {
    let AuditRecord { result, by, .. } = record;
    let mut text = format!("{}\n", paint.bold(&format!("{} {}", shown(&record.id), shown(&record.command))));
    let mut field = |name: &str, value: String| {
        if !value.is_empty() {
            text.push_str(&format!("  {} {value}\n", padded(name, 10)));
        }
    };
    field(say!("result"), outcome(result));
    field(say!("begun"), time(record.begun) + say!(" UTC"));
    field(say!("ended"), ended(record));
    let sudo = by.sudo_user.iter().map(|user| say!(", by sudo of {}", shown(user)));
    let login = by.login_uid.iter().map(|uid| say!(", logged in as uid {uid}"));
    let more: String = sudo.chain(login).collect();
    field(
        say!("by"),
        say!("{} (uid {}{more}) on {}, process {}", shown(&by.user), by.uid, shown(&by.host), by.pid),
    );
    field(say!("version"), shown(&record.version));
    field(say!("cluster"), shown(&record.cluster));
    field(say!("directory"), shown(&record.directory));
    field(say!("arguments"), list(record.arguments.iter().map(String::as_str)));
    field(say!("registry"), list(result.registry.iter().map(String::as_str)));
    for change in &result.changes {
        field(say!("changed"), changed(change));
    }
    if result.more_changes > 0 {
        field(say!("changed"), say!("and {} more", result.more_changes));
    }
    if let Some(agents) = &result.agents {
        field(say!("agents"), counts(agents));
        field(say!("changed"), list(agents.changed_names.iter().map(String::as_str)));
        for failure in &agents.failures {
            field(say!("failed"), format!("{}: {}", shown(&failure.agent), shown(&failure.kind)));
        }
    }
    field(say!("exit"), result.exit.map(|exit| exit.to_string()).unwrap_or_default());
    field(say!("error"), result.error.as_ref().map(|error| shown(&error.message)).unwrap_or_default());
    text
}

fn ended(record: &AuditRecord) -> String {
    let Some(end) = record.ended else { return String::new() };
    let took = std::time::Duration::try_from(end - record.begun).unwrap_or_default();
    say!("{} UTC, after {}", time(end), duration::spell(took))
}

fn list<'a>(values: impl Iterator<Item = &'a str>) -> String {
    values.map(shown).collect::<Vec<_>>().join(" ")
}

fn time(time: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    time.to_offset(time::UtcOffset::UTC).format(format).unwrap_or_default()
}

/// How a run ended, in a few words.
fn outcome(result: &AuditResult) -> String {
    let Some(exit) = result.exit else {
        return say!("no end: killed, or still under way").to_owned();
    };
    let did = done(result);
    match (&result.error, &result.agents) {
        _ if exit == Exit::Done.code() => did.unwrap_or_else(|| say!("nothing to change").to_owned()),
        _ if exit == Exit::Interrupted.code() => with(say!("interrupted"), did),
        (Some(error), _) => with(&say!("failed: {}", shown(&error.kind)), did),
        (None, Some(agents)) if agents.failed > 0 => {
            with(&say!("{} of {} agents failed", agents.failed, agents.total), did)
        }
        _ => with(&say!("exit {exit}"), did),
    }
}

fn with(end: &str, did: Option<String>) -> String {
    did.map_or_else(|| end.to_owned(), |did| format!("{end}; {did}"))
}

/// What was changed, in a few words; nothing where nothing was.
fn done(result: &AuditResult) -> Option<String> {
    let more = (result.changes.len() + result.more_changes).saturating_sub(1);
    let first = result.changes.first().map(|change| match more {
        0 => changed(change),
        more => say!("{} and {more} more", changed(change)),
    });
    let agents = result.agents.as_ref().filter(|agents| agents.changed > 0);
    let agents = agents.map(|agents| say!("{} of {} agents changed", agents.changed, agents.total));
    let all: Vec<String> = first.into_iter().chain(agents).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

fn changed(change: &AuditChange) -> String {
    format!("{} {} {}", shown(&change.what), shown(&change.name), shown(&change.change))
}

fn counts(agents: &AuditAgents) -> String {
    let AuditAgents { total, changed, unchanged, failed, skipped, .. } = agents;
    let of = [
        (changed, say!("changed")),
        (unchanged, say!("unchanged")),
        (failed, say!("failed")),
        (skipped, say!("skipped")),
    ];
    let told = of.iter().filter(|(count, _)| **count > 0).map(|(count, word)| format!("{count} {word}"));
    format!("{total}: {}", told.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::audit::{Actor, AgentFailure, AuditError, SCHEMA};
    use crate::report::Style;

    const PLAIN: Style = Style::PLAIN;

    fn record(id: &str, command: &str, result: AuditResult) -> AuditRecord {
        let begun = datetime!(2026-11-22 11:45:51 UTC);
        let by = Actor {
            user: "ann".to_owned(),
            uid: 1000,
            host: "bastion".to_owned(),
            pid: 7,
            ..Actor::default()
        };
        AuditRecord {
            schema: SCHEMA.to_owned(),
            id: id.to_owned(),
            begun,
            ended: result.exit.map(|_| begun + time::Duration::seconds(6)),
            by,
            version: "0.1.0".to_owned(),
            command: command.to_owned(),
            arguments: vec!["--ca=certs/ca.crt".to_owned()],
            directory: "/root".to_owned(),
            cluster: "master.mesos".to_owned(),
            result,
        }
    }

    fn records() -> Vec<AuditRecord> {
        let change = AuditChange { what: "app".into(), name: "/registry".into(), change: "updated".into() };
        let agents = AuditAgents {
            total: 3,
            changed: 1,
            unchanged: 1,
            failed: 1,
            changed_names: vec!["10.0.0.1".to_owned()],
            failures: vec![AgentFailure { agent: "10.0.0.3".to_owned(), kind: "auth".to_owned() }],
            ..AuditAgents::default()
        };
        let error =
            AuditError { kind: "not-healthy".to_owned(), message: "waiting for /registry: no".to_owned() };
        vec![
            record(
                "20261122-114551-000001",
                "deploy",
                AuditResult { changes: vec![change], exit: Some(0), ..Default::default() },
            ),
            record(
                "20261122-114551-000002",
                "trust-agents",
                AuditResult { agents: Some(agents), exit: Some(3), ..Default::default() },
            ),
            record(
                "20261122-114551-000003",
                "deploy",
                AuditResult { error: Some(error), exit: Some(1), ..Default::default() },
            ),
            record(
                "20261122-114551-000004",
                "cert gen",
                AuditResult { exit: Some(130), ..Default::default() },
            ),
            record("20261122-114551-000005", "up", AuditResult::default()),
            record("20261122-114551-000006", "up", AuditResult { exit: Some(0), ..Default::default() }),
        ]
    }

    fn report(records: Vec<AuditRecord>) -> LogReport {
        let clusters = vec!["master.mesos".to_owned()];
        LogReport { clusters, records, left_out: 4, broken_lines: 1, whole: false, exit: Exit::Done }
    }

    #[test]
    fn each_run_is_a_line_that_says_how_it_ended() {
        assert_eq!(
            told(&report(records()), Paint::new(PLAIN)),
            "\
ID                      WHEN (UTC)           BY           COMMAND       RESULT
20261122-114551-000001  2026-11-22 11:45:51  ann@bastion  deploy        app /registry updated
20261122-114551-000002  2026-11-22 11:45:51  ann@bastion  trust-agents  1 of 3 agents failed; 1 of 3 agents changed
20261122-114551-000003  2026-11-22 11:45:51  ann@bastion  deploy        failed: not-healthy
20261122-114551-000004  2026-11-22 11:45:51  ann@bastion  cert gen      interrupted
20261122-114551-000005  2026-11-22 11:45:51  ann@bastion  up            no end: killed, or still under way
20261122-114551-000006  2026-11-22 11:45:51  ann@bastion  up            nothing to change

4 earlier records: --last 10

Lines that cannot be read, and are left out: 1
"
        );
    }

    #[test]
    fn one_run_is_told_whole() {
        let records = records().into_iter().skip(1).take(1).collect();
        let report = LogReport { whole: true, left_out: 0, broken_lines: 0, ..report(records) };
        assert_eq!(
            told(&report, Paint::new(PLAIN)),
            "\
20261122-114551-000002 trust-agents
  result     1 of 3 agents failed; 1 of 3 agents changed
  begun      2026-11-22 11:45:51 UTC
  ended      2026-11-22 11:45:57 UTC, after 6.0 s
  by         ann (uid 1000) on bastion, process 7
  version    0.1.0
  cluster    master.mesos
  directory  /root
  arguments  --ca=certs/ca.crt
  agents     3: 1 changed, 1 unchanged, 1 failed
  changed    10.0.0.1
  failed     10.0.0.3: auth
  exit       3
"
        );
    }
}
