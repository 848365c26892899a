//! Reads the lines of the audit trail, and chooses among its records.

use time::OffsetDateTime;

use crate::domain::audit::{AuditRecord, Journal, SCHEMA};
use crate::domain::fault::Exit;

/// Which records are meant; all of them where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those of these runs, by their ids or the beginnings of them.
    pub id: Option<String>,
    /// Those that began then or later.
    pub since: Option<OffsetDateTime>,
    /// Those of this command, or of all that begin with these words.
    pub command: Option<String>,
    /// Those alone that did not end well, or did not end.
    pub failed: bool,
}

/// Reads the files of a trail, the oldest first. A line that makes no sense is counted and left out; the second line of a
/// run takes the place of its first.
pub fn read<'a>(files: impl IntoIterator<Item = &'a str>) -> Journal {
    let mut journal = Journal::default();
    for line in files.into_iter().flat_map(str::lines).filter(|line| !line.trim().is_empty()) {
        match serde_json::from_str::<AuditRecord>(line) {
            Ok(record) if record.schema == SCHEMA => add(&mut journal.records, record),
            _ => journal.broken += 1,
        }
    }
    journal.records.sort_by(|one, other| (one.begun, &one.id).cmp(&(other.begun, &other.id)));
    journal
}

/// Looks from the end: the two lines of a run are rarely far apart.
fn add(records: &mut Vec<AuditRecord>, record: AuditRecord) {
    match records.iter_mut().rev().find(|known| known.id == record.id) {
        // A first line that comes after the last one was put there by somebody else.
        Some(known) if record.ended.is_some() => *known = record,
        Some(_) => {}
        None => records.push(record),
    }
}

/// The records that are meant, in their order.
pub fn select(records: Vec<AuditRecord>, wanted: &Wanted) -> Vec<AuditRecord> {
    records.into_iter().filter(|record| wanted.takes(record)).collect()
}

impl Wanted {
    fn takes(&self, record: &AuditRecord) -> bool {
        let of_command = |words: &String| {
            let words = words.trim();
            record.command == words || record.command.starts_with(&format!("{words} "))
        };
        self.id.as_ref().is_none_or(|id| record.id.starts_with(id.as_str()))
            && self.since.is_none_or(|since| record.begun >= since)
            && self.command.as_ref().is_none_or(of_command)
            && !(self.failed && record.result.exit == Some(Exit::Done.code()))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::audit::{Actor, AuditResult};

    fn record(id: &str, minute: u8) -> AuditRecord {
        AuditRecord {
            schema: SCHEMA.to_owned(),
            id: id.to_owned(),
            begun: datetime!(2026-11-22 10:00 UTC).replace_minute(minute).expect("a minute"),
            ended: None,
            by: Actor::default(),
            version: "0.1.0".to_owned(),
            command: "trust-agents".to_owned(),
            arguments: vec![],
            directory: "/root".to_owned(),
            cluster: "master.mesos".to_owned(),
            result: AuditResult::default(),
        }
    }

    fn ended(record: AuditRecord, exit: Exit) -> AuditRecord {
        let result = AuditResult { exit: Some(exit.code()), ..record.result };
        AuditRecord { ended: Some(record.begun), result, ..record }
    }

    fn line(record: &AuditRecord) -> String {
        serde_json::to_string(record).expect("serializes") + "\n"
    }

    #[test]
    fn a_run_is_one_record_and_a_killed_one_has_no_end() {
        let (done, killed) = (record("a", 1), record("b", 2));
        let end = ended(done.clone(), Exit::Done);
        let old = line(&done) + &line(&killed);
        let journal = read([old.as_str(), &line(&end)]);
        assert_eq!(journal.records, [end, killed.clone()]);
        assert_eq!((journal.broken, killed.result.exit), (0, None));
    }

    #[test]
    fn a_broken_line_is_counted_and_swallows_nothing() {
        let half = line(&record("b", 2));
        let future = line(&record("d", 4)).replace("/v1", "/v9");
        let text =
            format!("{}{}\n\n{}{future}[]\n", line(&record("a", 1)), &half[..60], line(&record("c", 3)));
        let journal = read([text.as_str()]);
        let ids: Vec<_> = journal.records.iter().map(|it| it.id.as_str()).collect();
        assert_eq!((ids, journal.broken), (vec!["a", "c"], 3));
    }

    #[test]
    fn records_are_chosen_by_time_command_id_and_failure() {
        let made = AuditRecord { command: "cert gen".to_owned(), ..record("20261122-01", 1) };
        let records = vec![
            ended(made, Exit::Done),
            ended(record("20261122-02", 2), Exit::Interrupted),
            record("20261122-03", 3),
        ];
        let ids = |wanted: Wanted| -> Vec<String> {
            select(records.clone(), &wanted).into_iter().map(|it| it.id[9..].to_owned()).collect()
        };
        assert_eq!(ids(Wanted::default()), ["01", "02", "03"]);
        assert_eq!(ids(Wanted { failed: true, ..Wanted::default() }), ["02", "03"]);
        assert_eq!(ids(Wanted { command: Some("cert".to_owned()), ..Wanted::default() }), ["01"]);
        assert!(ids(Wanted { command: Some("cer".to_owned()), ..Wanted::default() }).is_empty());
        let since = Some(datetime!(2026-11-22 10:02 UTC));
        assert_eq!(ids(Wanted { since, ..Wanted::default() }), ["02", "03"]);
        assert_eq!(ids(Wanted { id: Some("20261122-03".to_owned()), ..Wanted::default() }), ["03"]);
    }
}
