//! Health checks on real sockets: when they run, and what they ask.

use std::pin::Pin;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::{sleep, timeout};

use super::clock::Timestamp;
use super::config::CheckPace;
use super::definition::HealthCheck;
use super::launch::{TaskRecord, Vantage};
use super::marathon::Marathon;
use super::state::{CheckOutcome, Instance, TaskUpdate};

/// Marathon's own checks first run so long after the app was deployed, or after the interval if that is shorter.
const FIRST_ROUND: Duration = Duration::from_secs(5);

/// How often a quick start asks before the task was healthy for the first time.
const QUICK: Duration = Duration::from_millis(300);

/// One check of one task, for as long as the task runs.
type CheckLoop = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What a check asks of whom.
struct Probe {
    task_id: String,
    index: usize,
    check: HealthCheck,
    record: TaskRecord,
    host: String,
    port: u16,
    ignores_1xx: bool,
}

/// The checks of a task, to be run until it ends.
pub(crate) fn of(marathon: &Arc<Marathon>, record: &TaskRecord) -> Vec<CheckLoop> {
    let book = marathon.book();
    let Some(instance) = book.instance_of_task(&record.task_id) else { return Vec::new() };
    let deployed_at = instance.app.info.version;
    let checks = instance.app.health_checks();
    checks
        .into_iter()
        .enumerate()
        .map(|(index, check)| {
            let probe = probe(instance, index, check, record);
            Box::pin(run(Arc::clone(marathon), probe, deployed_at)) as CheckLoop
        })
        .collect()
}

/// Mesos looks at the container's port from inside, Marathon at the agent's port from outside.
fn probe(instance: &Instance, index: usize, check: HealthCheck, record: &TaskRecord) -> Probe {
    let at = instance.placement.as_ref();
    let port_index = check.port_index.unwrap_or(0);
    let host_port = at.and_then(|it| it.host_ports.get(port_index)).copied().unwrap_or(0);
    let container_port = instance.app.ports().get(port_index).and_then(|it| it.container_port);
    let inside = check.is_mesos() && record.address.is_some();
    let mapped = container_port.filter(|port| inside && *port != 0).unwrap_or(host_port);
    let outside = at.map_or_else(String::new, |it| it.address.to_string());
    // Without a network of its own a task listens on the agent's address only.
    let host = if inside { "127.0.0.1".to_owned() } else { outside };
    let definition = instance.app.fields().get("healthChecks").and_then(|it| it.get(index));
    let ignores_1xx = definition.is_some_and(|it| it["ignoreHttp1xx"] == true);
    Probe {
        task_id: record.task_id.clone(),
        index,
        port: check.port.unwrap_or(mapped),
        check,
        record: record.clone(),
        host,
        ignores_1xx,
    }
}

async fn run(marathon: Arc<Marathon>, probe: Probe, deployed_at: Timestamp) {
    let started_at = Timestamp::now();
    if marathon.check_pace() == CheckPace::QuickStart {
        quick_start(&marathon, &probe, started_at).await;
    } else {
        sleep(first_wait(&probe.check, deployed_at, started_at)).await;
    }
    while marathon.runs(&probe.task_id) {
        report(&marathon, &probe, probe.ask(&marathon).await);
        sleep(next_wait(&probe.check, deployed_at)).await;
    }
}

/// Asks often: within the grace period failures count for nothing, and before the first honest check they are not told.
async fn quick_start(marathon: &Marathon, probe: &Probe, started_at: Timestamp) {
    let first = first_wait(&probe.check, started_at, started_at);
    let longest = first.max(probe.check.grace);
    while marathon.runs(&probe.task_id) && Timestamp::now().since(started_at) < longest {
        sleep(QUICK).await;
        let outcome = probe.ask(marathon).await;
        let is_first_success = outcome == CheckOutcome::Success;
        if is_first_success || Timestamp::now().since(started_at) >= first {
            report(marathon, probe, outcome);
        }
        if is_first_success {
            sleep(probe.check.interval).await;
            return;
        }
    }
}

/// Mesos waits for the delay; Marathon's rounds are those of the app.
fn first_wait(check: &HealthCheck, deployed_at: Timestamp, now: Timestamp) -> Duration {
    if check.is_mesos() { check.delay } else { until_next_round(check, deployed_at, now) }
}

/// Mesos counts from the end of a check, Marathon keeps to its rounds.
fn next_wait(check: &HealthCheck, deployed_at: Timestamp) -> Duration {
    if check.is_mesos() { check.interval } else { until_next_round(check, deployed_at, Timestamp::now()) }
}

fn until_next_round(check: &HealthCheck, deployed_at: Timestamp, now: Timestamp) -> Duration {
    let first = deployed_at.after(FIRST_ROUND.min(check.interval));
    if now < first {
        return first.since(now);
    }
    let into = now.since(first).as_millis() % check.interval.as_millis().max(1);
    check.interval - Duration::from_millis(u64::try_from(into).unwrap_or(0))
}

fn report(marathon: &Marathon, probe: &Probe, outcome: CheckOutcome) {
    marathon.note(&probe.task_id, TaskUpdate::Checked(probe.index, outcome));
}

impl Probe {
    async fn ask(&self, marathon: &Marathon) -> CheckOutcome {
        let from = if self.check.is_mesos() { Vantage::Task } else { Vantage::Marathon };
        let mut command = marathon.launcher().vantage(&self.record, from);
        self.write(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        match timeout(self.check.timeout, command.output()).await {
            Ok(Ok(output)) => self.judge(&output),
            Ok(Err(error)) => CheckOutcome::Failure(error.to_string()),
            Err(_) => CheckOutcome::Failure(format!(
                "{} health check failed: no answer after {:?}",
                self.check.protocol, self.check.timeout
            )),
        }
    }

    /// As Mesos does it: curl for HTTP, a connection for TCP, a shell for commands. No certificate is verified.
    fn write(&self, command: &mut Command) {
        let seconds = self.check.timeout.as_secs_f64().to_string();
        match self.check.protocol.as_str() {
            "COMMAND" => {
                command.args(["sh", "-c", self.check.command.as_deref().unwrap_or_default()]);
            }
            "TCP" | "MESOS_TCP" => {
                let connect = "exec 3<>/dev/tcp/$0/$1";
                let port = self.port.to_string();
                command.args(["timeout", &seconds, "bash", "-c", connect, &self.host, &port]);
            }
            protocol => {
                let scheme = if protocol.ends_with("HTTPS") { "https" } else { "http" };
                let path = self.check.path.trim_start_matches('/');
                let url = format!("{scheme}://{}:{}/{path}", self.host, self.port);
                command.args(["curl", "-q", "-sS", "-k", "-g", "--noproxy", "*", "--max-time", &seconds]);
                command.args(["-o", "/dev/null", "-w", "%{http_code}"]);
                if self.check.is_mesos() {
                    command.arg("-L");
                }
                command.arg(url);
            }
        }
    }

    /// From 200 to 399 is healthy.
    fn judge(&self, output: &Output) -> CheckOutcome {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if !output.status.success() {
            return CheckOutcome::Failure(if said.is_empty() { output.status.to_string() } else { said });
        }
        if !self.check.protocol.contains("HTTP") {
            return CheckOutcome::Success;
        }
        match String::from_utf8_lossy(&output.stdout).trim().parse::<u16>() {
            Ok(200..=399) => CheckOutcome::Success,
            Ok(100..=199) if self.ignores_1xx => CheckOutcome::Ignored,
            Ok(code) => CheckOutcome::Failure(format!("{code}")),
            Err(error) => CheckOutcome::Failure(error.to_string()),
        }
    }
}
