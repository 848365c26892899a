//! The `docker-health` check: whether the registry's container runs on its Docker host and is healthy.

use crate::domain::app::AppId;
use crate::domain::container::HealthProbe;
use crate::domain::docker_host::DockerHost;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::finding::Finding;
use crate::domain::transport::Transport;
use crate::plan::docker_container::{Came, Found};

const NAME: &str = "docker-health";

/// The finding about a container that was looked at and waited for; nothing came of one that is not there.
pub fn check(id: &AppId, host: &DockerHost, waited: &Result<Option<Came>, Fault>) -> Finding {
    let host = host.host();
    match waited {
        Ok(Some(came)) => {
            let made = came.created.get(..19).unwrap_or(&came.created);
            Finding::pass(NAME, say!("its container on {host} runs and is healthy (made {made})"))
        }
        Ok(None) => Finding::fail(
            NAME,
            "missing",
            say!("there is no container of it on {host}"),
            say!("Run regctl deploy to create it, or name the right registry with --id."),
        ),
        Err(fault) => {
            let cause = match fault.kind {
                FaultKind::NotHealthy | FaultKind::NoApp => "not-healthy",
                FaultKind::ForeignContainer => "foreign-container",
                FaultKind::Engine | FaultKind::NoDocker => "engine",
                kind if kind.is_out_of_reach() => "unreachable",
                _ => "bad-answer",
            };
            let hint = fault
                .hint
                .as_deref()
                .unwrap_or_else(|| say!("Log in to the Docker host and look at docker ps -a."));
            Finding::fail(NAME, cause, fault.message.clone(), hint)
        }
    }
    .about(id)
}

/// How the container that is there is asked whether it is well: at its own port, by its own protocol.
pub fn probe(found: &Found, port: u16, transport: Transport) -> Option<HealthProbe> {
    let published = found.container.ports.iter().find_map(|it| {
        let (host, container) = it.strip_suffix("/tcp")?.rsplit_once(':')?;
        Some((host.rsplit(':').next()?.parse::<u16>().ok()?, container.parse::<u16>().ok()?))
            .filter(|(host, _)| *host == port)
    });
    let (port, container_port) = published?;
    Some(HealthProbe { tls: transport == Transport::Tls, path: "/".to_owned(), port, container_port })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Status;

    fn host() -> DockerHost {
        DockerHost { login: "a1".parse().expect("a host"), port: 5000 }
    }

    #[test]
    fn every_outcome_names_its_cause_and_the_next_step() {
        let id: AppId = "/registry".parse().expect("an id");
        let came = Came { created: "2026-11-22T00:00:00.123Z".to_owned(), ..Came::default() };
        let passed = check(&id, &host(), &Ok(Some(came)));
        assert_eq!(passed.detail, "its container on a1 runs and is healthy (made 2026-11-22T00:00:00)");
        assert_eq!(check(&id, &host(), &Ok(None)).cause, Some("missing"));
        for (kind, cause) in [
            (FaultKind::NotHealthy, "not-healthy"),
            (FaultKind::Unreachable, "unreachable"),
            (FaultKind::Engine, "engine"),
            (FaultKind::Tls, "bad-answer"),
        ] {
            let failed = check(&id, &host(), &Err(Fault::new(kind, "no")));
            assert_eq!(
                (failed.status, failed.cause, &*failed.subject),
                (Status::Fail, Some(cause), "/registry")
            );
            assert!(failed.hint.is_some());
        }
    }
}
