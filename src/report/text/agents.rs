//! What `agents` lists.

use super::paint::Paint;
use super::table::line;
use crate::domain::agent::{Agent, AgentState, AgentsReport};
use crate::domain::answer::shown;

/// A table of the agents, then those that have not come back.
pub(super) fn listed(report: &AgentsReport, paint: Paint) -> String {
    let rows: Vec<[String; 5]> = report.agents.iter().map(row).collect();
    let head =
        [say!("ADDRESS"), say!("HOSTNAME"), say!("ROLE"), say!("STATE"), say!("ID")].map(str::to_owned);
    let mut text = paint.bold(line(&head, &rows).trim_end()) + "\n";
    for (agent, cells) in report.agents.iter().zip(&rows) {
        let cells = line(cells, &rows);
        let painted = match (agent.state, &agent.address) {
            (AgentState::Active, Some(_)) => cells,
            (_, Some(_)) => paint.warn(cells.trim_end()) + "\n",
            (_, None) => paint.bad(cells.trim_end()) + "\n",
        };
        text.push_str(&painted);
    }
    if !report.recovered.is_empty() {
        let names: Vec<_> = report.recovered.iter().map(|agent| shown(&agent.hostname)).collect();
        text.push_str(&say!("\nNot back since the last failover: {}\n", names.join(", ")));
    }
    text
}

fn row(agent: &Agent) -> [String; 5] {
    let address = agent.address.as_ref().map_or_else(|| say!("invalid").to_owned(), ToString::to_string);
    let words = [agent.role.word(), agent.state.word()].map(str::to_owned);
    let [role, state] = words;
    [address, shown(&agent.hostname), role, state, shown(&agent.agent_id)]
}
