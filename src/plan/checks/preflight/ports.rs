//! The `host-ports` and `service-port` checks: who listens already where the registry is to be offered.

use crate::domain::answer::shown;
use crate::domain::finding::Finding;
use crate::domain::language;
use crate::plan::facts::Facts;

/// The `host-ports` check: `fixed` are the ports that the app wants on its host, `own` those that it has there now.
pub(super) fn host(facts: &Facts<'_>, fixed: &[u16], own: &[u16]) -> Finding {
    const NAME: &str = "host-ports";
    if fixed.is_empty() {
        return Finding::pass(NAME, say!("Mesos picks a free port"));
    }
    let taken = fixed.iter().filter(|port| !own.contains(port));
    let taken = taken.filter_map(|port| Some((port, listener(facts, *port)?))).next();
    let ports: Vec<String> = fixed.iter().map(u16::to_string).collect();
    match taken {
        None => Finding::pass(NAME, say!("nobody else listens on {}", ports.join(", "))),
        Some((port, who)) => {
            let hint = say!(
                "ss -ltnp 'sport = :{port}' there says who it is; end it, or let Mesos pick: hostPort 0."
            );
            Finding::fail(
                NAME,
                "port-in-use",
                say!("{} listens on port {port}", shown(language::spoken(&who))),
                hint,
            )
        }
    }
}

/// The `service-port` check of a public agent, where Marathon-LB is to listen and nobody else.
pub(super) fn service(facts: &Facts<'_>, port: u16) -> Finding {
    const NAME: &str = "service-port";
    match listener(facts, port).as_deref() {
        None => Finding::pass(NAME, say!("port {port} is free for Marathon-LB")),
        Some("haproxy" | UNNAMED) => Finding::pass(NAME, say!("a load balancer listens on port {port}")),
        Some(who) => Finding::fail(
            NAME,
            "port-in-use",
            say!(
                "{} listens on port {port}, which Marathon-LB is to offer the registry on",
                shown(language::spoken(who))
            ),
            say!("End it (ss -ltnp 'sport = :{port}'), or choose another port: --service-port."),
        ),
    }
}

const UNNAMED: &str = later!("another program");

/// Whether somebody listens on that port of an agent.
pub(super) fn listens(facts: &Facts<'_>, port: u16) -> bool {
    listener(facts, port).is_some()
}

/// Who listens, by the words of ss: `LISTEN 0 128 *:80 *:* users:(("nginx",pid=1,fd=6))`.
fn listener(facts: &Facts<'_>, port: u16) -> Option<String> {
    let told = facts.get(&format!("listener.{port}"))?;
    let name = told.split_once("((\"").and_then(|(_, rest)| rest.split_once('"'));
    Some(name.map_or(UNNAMED, |(name, _)| name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Status;
    use crate::plan::facts::tests::answer;

    const NGINX: (&str, &str) =
        ("listener.5000", r#"yes LISTEN 0 511 0.0.0.0:5000 0.0.0.0:* users:(("nginx",pid=7,fd=6))"#);

    fn with<T>(facts: &[(&str, &str)], check: impl Fn(&Facts<'_>) -> T) -> T {
        check(&Facts::of(&answer(facts)))
    }

    #[test]
    fn a_port_of_the_hosts_is_free_or_somebodys() {
        assert_eq!(with(&[NGINX], |facts| host(facts, &[], &[])).status, Status::Pass);
        assert_eq!(with(&[NGINX], |facts| host(facts, &[5001], &[])).status, Status::Pass);
        assert_eq!(with(&[NGINX], |facts| host(facts, &[5000], &[5000])).status, Status::Pass);
        let taken = with(&[NGINX], |facts| host(facts, &[5001, 5000], &[]));
        assert_eq!((taken.cause, taken.detail.as_str()), (Some("port-in-use"), "nginx listens on port 5000"));
        let unnamed = with(&[("listener.5000", "yes")], |facts| host(facts, &[5000], &[]));
        assert_eq!(unnamed.detail, "another program listens on port 5000");
    }

    #[test]
    fn the_service_port_belongs_to_the_load_balancer() {
        let haproxy = ("listener.5000", r#"yes users:(("haproxy",pid=7,fd=6))"#);
        assert_eq!(with(&[haproxy], |facts| service(facts, 5000)).status, Status::Pass);
        assert_eq!(with(&[], |facts| service(facts, 5000)).status, Status::Pass);
        assert_eq!(with(&[NGINX], |facts| service(facts, 5000)).cause, Some("port-in-use"));
    }
}
