//! An agent as one row of the list that it is picked from.

use super::candidates::Candidate;
use crate::domain::answer::shown;
use crate::domain::host::printable;
use crate::domain::init::Seen;
use crate::plan::checks::preflight::disk::gib;

/// One row each, their columns aligned: hostname, role, state, what Mesos has free, and the room for images.
pub fn rows<'a>(candidates: impl IntoIterator<Item = &'a Candidate>) -> Vec<String> {
    let cells: Vec<[String; 4]> = candidates.into_iter().map(cells).collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let row = |row: &[String; 4]| {
        let [host, kind, free, room] = row;
        format!("{host:<0$}  {kind:<1$}  {free:<2$}  {room}", widths[0], widths[1], widths[2])
    };
    cells.iter().map(|cells| row(cells).trim_end().to_owned()).collect()
}

fn cells(candidate: &Candidate) -> [String; 4] {
    let agent = &candidate.agent;
    let free = agent.free.map(|free| say!("{:.1} CPUs, {:.1} GiB memory", free.cpus, free.mem / 1024.0));
    [
        printable(&agent.hostname),
        format!("{} {}", agent.role.word(), agent.state.word()),
        free.unwrap_or_default(),
        room(candidate),
    ]
}

/// `50.0 GiB free on /data`; what Mesos counts where nobody looked; the reason where nobody could.
pub fn room(candidate: &Candidate) -> String {
    match (&candidate.seen, candidate.agent.free) {
        (Seen::Room(room), _) => {
            let engine = if room.has_engine { "" } else { say!(", no Docker Engine") };
            let writable = if room.is_writable { "" } else { say!(", read-only") };
            say!("{} GiB free on {}{writable}{engine}", gib(room.free), shown(&room.mount))
        }
        (Seen::Failed(error), _) => {
            say!("not looked at: {}: {}", error.kind.word(), shown(&error.message))
        }
        (Seen::NotLooked, Some(free)) => say!("{:.1} GiB disk by Mesos' count", free.disk / 1024.0),
        (Seen::NotLooked, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agent::{AgentError, AgentErrorKind, Listing};
    use crate::domain::init::HostRoom;
    use crate::plan::init::candidates::{candidates, tests::agent};
    use crate::plan::selection::Filter;

    #[test]
    fn a_row_says_what_is_known_of_an_agent() {
        let agents = vec![agent("a1", 102_400.0), agent("node-2", 1024.0), agent("a3", 0.0)];
        let mut found = candidates(&Listing { agents, ..Listing::default() }, &Filter::default());
        let room =
            HostRoom { free: 50 << 20, mount: "/data".to_owned(), is_writable: true, has_engine: false };
        found[1].seen = Seen::Room(room);
        found[2].seen = Seen::Failed(AgentError::new(AgentErrorKind::Auth, "ann is not let in"));
        assert_eq!(
            rows(&found),
            [
                "a1      private active  4.0 CPUs, 8.0 GiB memory  100.0 GiB disk by Mesos' count",
                "node-2  private active  4.0 CPUs, 8.0 GiB memory  50.0 GiB free on /data, no Docker Engine",
                "a3      private active  4.0 CPUs, 8.0 GiB memory  not looked at: auth: ann is not let in",
            ]
        );
    }
}
