//! Marathon-LB's part: a real HAProxy on the master, with the configuration that Marathon-LB would write for TCP services.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::cluster::{HostRecord, Service, enter};

/// Marathon-LB answers health checks here whether or not it has services.
const STATS_PORT: u16 = 9090;

/// Starts a fresh HAProxy on the master that takes the listening sockets over from the one before.
pub(crate) fn balance(hosts: &[HostRecord], services: &[Service]) -> Result<()> {
    let master = hosts.iter().find(|host| !host.is_agent()).context("the lab has no master")?;
    let root = format!("/proc/{}/root", master.init_pid);
    fs::write(format!("{root}/etc/lab-haproxy.cfg"), configuration(services))
        .context("writing HAProxy's configuration")?;
    // As Marathon-LB reloads: the old process serves its open connections to their end.
    let script = "exec haproxy -D -f /etc/lab-haproxy.cfg -p /run/lab-haproxy.pid -sf $(cat /run/lab-haproxy.pid 2>/dev/null)";
    let output = enter(master.init_pid).args(["sh", "-c", script]).output().context("starting HAProxy")?;
    if !output.status.success() {
        bail!("HAProxy does not start: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// HAProxy's configuration: one TCP listener for each service that has a group and running tasks.
fn configuration(services: &[Service]) -> String {
    let mut text = format!(
        "global\n log /dev/null local0\n maxconn 4096\n\
         defaults\n mode tcp\n timeout connect 5s\n timeout client 10m\n timeout server 10m\n retries 3\n\
         frontend stats\n bind :{STATS_PORT}\n mode http\n monitor-uri /_haproxy_health_check\n"
    );
    for service in services.iter().filter(|it| it.haproxy_group.is_some() && !it.backends.is_empty()) {
        let port = service.service_port;
        let _ = writeln!(text, "listen service_{port}\n bind :{port}\n balance roundrobin");
        for (index, backend) in service.backends.iter().enumerate() {
            // Checked every 500 ms, so that a registry that is slow to listen is found soon.
            let _ = writeln!(text, " server task{index} {backend} check inter 500ms fall 3 rise 1");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_services_of_a_group_with_tasks_are_balanced() {
        let mut service = Service {
            vip: None,
            framework: "marathon".to_owned(),
            service_port: 5000,
            haproxy_group: Some("external".to_owned()),
            backends: vec!["192.168.1.11:31007".parse().unwrap()],
        };
        let balanced = configuration(std::slice::from_ref(&service));
        assert!(balanced.contains("listen service_5000\n bind :5000\n"), "{balanced}");
        assert!(balanced.contains(" server task0 192.168.1.11:31007 check"), "{balanced}");
        service.haproxy_group = None;
        assert!(!configuration(&[service]).contains("listen"));
    }
}
