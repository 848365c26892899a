//! `/v2/info`, `/v2/leader` and `/ping`.

use serde_json::{Value, json};

use super::answer::Answer;
use super::request::Request;
use crate::marathon::config::MarathonVersion;
use crate::marathon::definition::{DEFAULT_ROLE, FEATURES};
use crate::marathon::launch::FRAMEWORK_ID;

/// GET /v2/info.
pub(super) fn info(version: MarathonVersion, leader: &str) -> Answer {
    let mut config = json!({
        "checkpoint": true,
        "executor": "//cmd",
        "failover_timeout": 604_800,
        "features": FEATURES,
        "framework_name": "marathon",
        "ha": true,
        "hostname": host(leader),
        "leader_proxy_connection_timeout_ms": 5000,
        "leader_proxy_read_timeout_ms": 10_000,
        "local_port_max": 20_000,
        "local_port_min": 10_000,
        "master": "zk://zk-1.zk:2181,zk-2.zk:2181,zk-3.zk:2181/mesos",
        "mesos_leader_ui_url": format!("http://{}:5050/", host(leader)),
        "mesos_role": DEFAULT_ROLE,
        "mesos_user": "root",
        "reconciliation_initial_delay": 15_000,
        "reconciliation_interval": 600_000,
        "task_launch_timeout": 86_400_000,
        "webui_url": null,
    });
    if version == MarathonVersion::V1_11 {
        config["default_network_name"] = json!("dcos");
        config["mesos_bridge_name"] = json!("mesos-bridge");
        config["new_group_enforce_role"] = json!("off");
        config["maintenance_mode"] = json!(true);
    }
    Answer::json(
        200,
        &json!({
            "name": "marathon",
            "version": version.number(),
            "buildref": "unknown",
            "elected": true,
            "leader": leader,
            "frameworkId": FRAMEWORK_ID,
            "marathon_config": config,
            "zookeeper_config": zookeeper(version),
            "http_config": {"http_port": port(leader), "https_port": 8443},
        }),
    )
}

/// 1.4 takes the connection apart, 1.11 gives it whole and hides credentials.
fn zookeeper(version: MarathonVersion) -> Value {
    match version {
        MarathonVersion::V1_4 => json!({
            "zk": "zk://zk-1.zk:2181,zk-2.zk:2181,zk-3.zk:2181/marathon",
            "zk_timeout": 10_000,
            "zk_session_timeout": 10_000,
            "zk_max_versions": 50,
        }),
        MarathonVersion::V1_11 => json!({
            "zk": "zk://xxxxxxxx:xxxxxxxx@zk-1.zk:2181,zk-2.zk:2181,zk-3.zk:2181/marathon",
            "zk_compression": true,
            "zk_compression_threshold": 65_536,
            "zk_connection_timeout": 10_000,
            "zk_max_node_size": 1_024_000,
            "zk_max_versions": 50,
            "zk_session_timeout": 10_000,
            "zk_timeout": 10_000,
        }),
    }
}

/// GET /v2/leader.
pub(super) fn leader(leader: &str) -> Answer {
    Answer::json(200, &json!({ "leader": leader }))
}

/// GET /ping: text first, JSON for who takes nothing else.
pub(super) fn ping(request: &Request) -> Answer {
    if request.accepts("text/plain") {
        Answer::text(200, "text/plain", "pong")
    } else if request.accepts("application/json") {
        Answer::text(200, "application/json", "\"pong\"")
    } else {
        Answer::empty(204)
    }
}

fn host(leader: &str) -> &str {
    leader.rsplit_once(':').map_or(leader, |(host, _)| host)
}

fn port(leader: &str) -> u16 {
    leader.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(8080)
}
