//! The checks from an agent: whether it reaches the registry, trusts it, and pulls from it.

use super::seen::{Curl, Seen};
use super::{agent_trust, local_reach, pulls};
use crate::domain::agent::AgentError;
use crate::domain::fault::Fault;
use crate::domain::finding::Finding;
use crate::domain::script::Answer;
use crate::plan::visit::Sight;

const VIP: &str = later!(
    "Is the VIP programmed on this agent, or a firewall in the way? A VIP needs a healthy task behind it."
);

/// One check of one address.
type Check = fn(&Seen<'_>) -> Finding;

/// The findings about one agent: `agent-reach`, `agent-trust` and, where it was asked to pull, `agent-pull`; or that
/// there was no logging in to it.
pub fn check(agent: &str, answer: &Result<Answer, AgentError>, sights: &[Sight]) -> Vec<Finding> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return vec![no_login(error).about_agent(agent)],
    };
    let everywhere = |check: Check| {
        let seen = sights.iter().enumerate().map(|(number, sight)| Seen::new(answer, number, sight));
        worst(seen.map(|seen| (check(&seen), seen.sight)).collect()).map(|finding| finding.about_agent(agent))
    };
    let asked = sights.iter().any(|sight| sight.image.is_some());
    let checks: [Option<Check>; 3] = [Some(reach), Some(agent_trust::check), asked.then_some(pulls::check)];
    checks.into_iter().flatten().filter_map(everywhere).collect()
}

/// The finding where there is no logging in to an agent, or no becoming root there.
pub(super) fn no_login(error: &AgentError) -> Finding {
    let hint =
        error.hint.as_deref().unwrap_or_else(|| say!("Try ssh to it by hand, with the same user and key."));
    Finding::fail("agent-login", error.kind.word(), error.message.clone(), hint)
}

/// The finding where nobody can name the agents.
pub fn nobody(fault: &Fault) -> Finding {
    let hint = fault
        .hint
        .as_deref()
        .unwrap_or_else(|| say!("Is --mesos the right URL? --agents-file names agents without Mesos."));
    Finding::fail("agents", fault.kind.word(), fault.message.clone(), hint)
}

/// One finding for all addresses: that of the one that fares worst, told with those that fare as badly.
fn worst(mut findings: Vec<(Finding, &Sight)>) -> Option<Finding> {
    if findings.len() == 1 {
        return findings.pop().map(|(finding, _)| finding);
    }
    let status = findings.iter().map(|(finding, _)| finding.status).max()?;
    let mut alike = findings.into_iter().filter(|(finding, _)| finding.status == status);
    let (first, sight) = alike.next()?;
    let told = |finding: &Finding, sight: &Sight| format!("{}: {}", sight.address, finding.detail);
    let mut detail = told(&first, sight);
    for (finding, sight) in alike {
        detail = format!("{detail}; {}", told(&finding, sight));
    }
    Some(Finding { detail, ..first })
}

/// The `agent-reach` check.
fn reach(seen: &Seen<'_>) -> Finding {
    const NAME: &str = "agent-reach";
    if seen.sight.is_local_proxy() {
        return local_reach::check(seen, NAME);
    }
    let fail = |cause, detail: &str| Finding::fail(NAME, cause, detail, VIP);
    match (seen.curl(), seen.connection()) {
        (Some(Curl::Status("200" | "401")), _) | (None, Some("connected")) => Finding::pass(NAME, say!("reached")),
        (Some(Curl::Status(status)), _) => {
            fail("not-a-registry", &say!("/v2/ answers {status}, which no registry does"))
                .hint(say!("Something else answers there: another service on the VIP, or a proxy in between."))
        }
        // Whatever it thinks of the certificate, it has seen it.
        (Some(Curl::Failed(51 | 60 | 77 | 83, _)), _) => Finding::pass(NAME, say!("reached")),
        (Some(Curl::Failed(6, _)), _) => fail("unresolved", say!("the name has no address there"))
            .hint(say!("Add it to DNS or to /etc/hosts on the agents; named VIPs need DC/OS' own DNS.")),
        (Some(Curl::Failed(7, words)), _) if words.contains("refused") => {
            fail("connection-refused", say!("the connection is refused"))
        }
        (Some(Curl::Failed(28, _)), _) => fail("timeout", say!("no answer in time")),
        (Some(Curl::Failed(agent_trust::NO_HANDSHAKE, words)), _) if !is_cut_off(words) => {
            fail("handshake", words).hint(agent_trust::HANDSHAKE)
        }
        (Some(Curl::Failed(agent_trust::NO_HANDSHAKE | 52 | 55 | 56, words)), _) => fail("closed", words).hint(
            say!("The connection broke on its way: net.netfilter.nf_conntrack_tcp_be_liberal must be 1 there (regctl \
                  trust-agents)."),
        ),
        (Some(Curl::Failed(_, words)), _) | (None, Some(words)) => fail("unreachable", words),
        (None, None) => Finding::skip(NAME, say!("there is neither curl nor bash nor nc to try it with")),
    }
}

/// Whether a handshake failed since the connection did, in curl's words: `Recv failure: Connection reset by peer`,
/// `OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to…`.
fn is_cut_off(words: &str) -> bool {
    ["reset by peer", "SSL_ERROR_SYSCALL", "unexpected eof"].iter().any(|said| words.contains(said))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agent::AgentErrorKind;
    use crate::domain::finding::Status;
    use crate::domain::runtime::Runtimes;
    use crate::domain::transport::Transport;
    use crate::plan::visit::PullSource;

    const PRINT: &str = "aa11";

    fn sight(address: &str) -> Sight {
        let address = address.parse().expect("an address");
        let image = PullSource { repository: "r".to_owned(), digest: "sha256:1".to_owned(), auth: None };
        let (prints, wanted) = (vec![PRINT.to_owned()], Runtimes::default());
        Sight { address, transport: Transport::Tls, prints, image: Some(image), wanted }
    }

    /// The findings of an agent that says this, as name, status and cause.
    fn found(facts: &[(&str, &str)]) -> Vec<(&'static str, Status, Option<&'static str>)> {
        let facts = facts.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let answer = Answer { facts, ..Answer::default() };
        let findings = check("a1", &Ok(answer), &[sight("192.168.0.1")]);
        assert!(findings.iter().all(|finding| finding.status != Status::Fail || finding.hint.is_some()));
        findings.into_iter().map(|finding| (finding.name, finding.status, finding.cause)).collect()
    }

    #[test]
    fn an_agent_that_reaches_trusts_and_pulls_passes() {
        let well = found(&[
            ("curl.0", "0 200"),
            ("folder.0", "there"),
            ("print.0.1", PRINT),
            ("pull.0.docker", "pulled 20"),
        ]);
        let names: Vec<_> = well.iter().map(|(name, ..)| *name).collect();
        assert_eq!(names, ["agent-reach", "agent-trust", "agent-pull"]);
        assert!(well.iter().all(|(_, status, _)| *status == Status::Pass), "{well:?}");
    }

    #[test]
    fn what_keeps_an_agent_from_the_registry_is_named() {
        for (fact, cause) in [
            (
                ("curl.0", "7 curl: (7) Failed to connect to 192.168.0.1 port 443: Connection refused"),
                "connection-refused",
            ),
            (("curl.0", "7 curl: (7) No route to host"), "unreachable"),
            (("curl.0", "28 curl: (28) Connection timed out"), "timeout"),
            (("curl.0", "6 curl: (6) Could not resolve host"), "unresolved"),
            (("curl.0", "56 curl: (56) Recv failure: Connection reset by peer"), "closed"),
            (
                ("curl.0", "35 curl: (35) error:0A000438:SSL routines::tlsv1 alert protocol version"),
                "handshake",
            ),
            (("curl.0", "35 curl: (35) error:0A00010B:SSL routines::wrong version number"), "handshake"),
            (("curl.0", "35 curl: (35) Recv failure: Connection reset by peer"), "closed"),
            (("curl.0", "35 curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to a"), "closed"),
            (("curl.0", "0 404"), "not-a-registry"),
            (("tcp.0", "bash: connect: No route to host"), "unreachable"),
        ] {
            assert_eq!(found(&[fact])[0], ("agent-reach", Status::Fail, Some(cause)));
        }
        assert_eq!(found(&[])[0].1, Status::Skip);
        assert_eq!(found(&[("curl.0", "60 curl: (60) SSL certificate problem")])[0].1, Status::Pass);
    }

    #[test]
    fn what_keeps_an_agent_from_its_local_proxy_is_named() {
        for (answer, status, cause) in [
            ("0 200", Status::Pass, None),
            ("0 502", Status::Fail, Some("proxy-cut-off")),
            ("0 404", Status::Fail, Some("not-a-registry")),
            ("7 curl: (7) Connection refused", Status::Fail, Some("connection-refused")),
        ] {
            let facts = [("curl.0".to_owned(), answer.to_owned())].into();
            let answer = Answer { facts, ..Answer::default() };
            let sight = sight("192.168.0.1").through_local_proxy(5001);
            let findings = check("a1", &Ok(answer), &[sight]);
            assert_eq!((findings[0].status, findings[0].cause), (status, cause), "{findings:?}");
            assert_eq!((findings[1].name, findings[1].status), ("agent-trust", Status::Skip));
        }
    }

    #[test]
    fn what_keeps_an_agent_from_trusting_is_named() {
        let refused = ("curl.0", "60 curl: (60) SSL certificate problem");
        let there = ("folder.0", "there");
        let no_tls = ("curl.0", "35 curl: (35) Recv failure: Connection reset by peer");
        let cases = [
            (vec![no_tls, there, ("print.0.1", PRINT)], Status::Fail, "handshake"),
            (vec![no_tls, ("lacks.base64", "yes")], Status::Fail, "handshake"),
            (vec![no_tls], Status::Fail, "ca-missing"),
            (vec![refused], Status::Fail, "ca-missing"),
            (vec![refused, ("other.192.168.0.1:443", "there")], Status::Fail, "wrong-directory"),
            (vec![refused, there], Status::Fail, "ca-missing"),
            (vec![refused, there, ("file.0.ca.pem", "there")], Status::Fail, "not-crt"),
            (
                vec![refused, there, ("file.0.ca.crt", "there"), ("print.0.1", "bb22")],
                Status::Fail,
                "other-ca",
            ),
            (vec![refused, there, ("print.0.1", PRINT)], Status::Fail, "certificate-refused"),
            (
                vec![refused, there, ("print.0.1", PRINT), ("file.0.domain.key", "there")],
                Status::Fail,
                "stray-key",
            ),
            (vec![("curl.0", "0 200"), there, ("print.0.1", "bb22")], Status::Warn, "other-ca"),
        ];
        for (facts, status, cause) in cases {
            assert_eq!(found(&facts)[1], ("agent-trust", status, Some(cause)), "{facts:?}");
        }
        assert_eq!(found(&[refused, ("lacks.base64", "yes")])[1].1, Status::Skip);
        assert_eq!(found(&[("curl.0", "0 401"), ("lacks.base64", "yes")])[1].1, Status::Pass);
    }

    #[test]
    fn an_agent_without_a_login_is_one_finding() {
        let error = AgentError::new(AgentErrorKind::Auth, "permission denied");
        let findings = check("a1", &Err(error), &[sight("192.168.0.1")]);
        assert_eq!((findings[0].name, findings[0].cause, findings.len()), ("agent-login", Some("auth"), 1));
    }

    #[test]
    fn the_address_that_fares_worst_speaks_for_all() {
        let facts = [("curl.0", "0 200"), ("curl.1", "28 curl: (28) timed out"), ("curl.2", "28 x")];
        let facts = facts.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let answer = Answer { facts, ..Answer::default() };
        let sights = [sight("192.168.0.1"), sight("lb:5000"), sight("lb:5001")];
        let reach = check("a1", &Ok(answer), &sights).swap_remove(0);
        assert_eq!(reach.detail, "lb:5000: no answer in time; lb:5001: no answer in time");
    }
}
