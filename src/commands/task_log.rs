//! The end of what a failed task wrote, out of its sandbox. Where it cannot be had, the run goes on without it.

use std::time::Duration;

use anyhow::{Result, anyhow};

use super::Context;
use super::flags::ClusterArgs;
use crate::domain::agent::Agent;
use crate::domain::app_status::AppStatus;
use crate::domain::event::Event;
use crate::domain::host::printable;
use crate::domain::log_tail::LogTail;
use crate::effects::mesos;
use crate::effects::mesos_agent::MesosAgent;
use crate::plan::listing::{self, AddressField};
use crate::plan::sandbox;

/// For all that it takes.
const PATIENCE: Duration = Duration::from_secs(10);
/// Where an agent listens that does not say so.
const AGENT_PORT: u16 = 5051;

/// A task, and where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Trace<'a> {
    task: &'a str,
    agent_id: &'a str,
    host: &'a str,
}

/// The end of what the task wrote that keeps the app from being ready: the last one that failed, or one that runs and
/// is not healthy.
pub(super) async fn task_log(
    status: &AppStatus,
    cluster: &ClusterArgs,
    context: &Context,
) -> Option<LogTail> {
    let trace = trace(status)?;
    let read = tokio::time::timeout(PATIENCE, read(&trace, cluster, context)).await;
    let why = match read {
        Ok(Ok(log)) => return log,
        Ok(Err(error)) => format!("{error:#}"),
        Err(_) => say!("no answer in time").to_owned(),
    };
    context.tell(Event::Detail(say!("the log of task {} cannot be had: {why}", printable(trace.task))));
    None
}

fn trace(status: &AppStatus) -> Option<Trace<'_>> {
    let failed = status.last_task_failure.as_ref().filter(|it| it.version == status.version);
    let failed = failed.map(|it| Trace { task: &it.task_id, agent_id: &it.slave_id, host: &it.host });
    let mut tasks = status.tasks.iter().filter(|task| task.version == status.version);
    let sick = tasks.find(|task| task.health_check_results.iter().any(|result| !result.alive));
    let sick = sick.map(|it| Trace { task: &it.id, agent_id: &it.slave_id, host: &it.host });
    failed.or(sick).filter(|trace| !trace.task.is_empty())
}

async fn read(trace: &Trace<'_>, cluster: &ClusterArgs, context: &Context) -> Result<Option<LogTail>> {
    let master = cluster.mesos_beside_marathon(context)?.ok_or_else(|| anyhow!(say!("no Mesos is named")))?;
    let slaves = mesos::slaves(&master, context.screen.as_ref()).await?;
    let listing =
        listing::parse(&slaves.body, AddressField::Pid).map_err(|why| anyhow!(say!("the answer {why}")))?;
    let is_it = |agent: &&Agent| match trace.agent_id {
        "" => agent.hostname == trace.host,
        id => agent.agent_id == id,
    };
    let agent = listing.agents.iter().find(is_it).ok_or_else(|| anyhow!(say!("its agent is gone")))?;
    let address = agent.address.as_ref().ok_or_else(|| anyhow!(say!("its agent has no plain address")))?;
    let port = agent.port.unwrap_or(AGENT_PORT);
    let agent = MesosAgent::new(&master, &agent.agent_id, (address, port))?;
    let directory = sandbox::directory(&agent.state().await?, trace.task);
    let directory = directory.ok_or_else(|| anyhow!(say!("its agent has no sandbox of it")))?;
    for file in ["stderr", "stdout"] {
        let (text, begins_inside) = agent.tail(&format!("{directory}/{file}")).await?;
        let lines = sandbox::last_lines(&text, begins_inside);
        if !lines.is_empty() {
            let (task, host) = (printable(trace.task), printable(trace.host));
            return Ok(Some(LogTail { task, host, file: file.to_owned(), lines }));
        }
    }
    Ok(None)
}
