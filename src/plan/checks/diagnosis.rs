//! The x509 doctor's judgement: which one of all that was seen is the cause.

use super::agent_trust;
use super::engine;
use super::preflight::proxy::{excepts, without_user};
use super::seen::Seen;
use crate::domain::agent::AgentError;
use crate::domain::certificate::Certificate;
use crate::domain::finding::{Finding, Status};
use crate::domain::host::printable;
use crate::domain::registry::RegistryAddress;
use crate::domain::script::Answer;
use crate::domain::tls::{Defect, Meeting};
use crate::plan::visit::Sight;

/// The causes of a VIP that leads nowhere.
const NOWHERE: [&str; 3] = ["connection-refused", "timeout", "unreachable"];

/// The `tls` check of a registry that is configured to speak plain HTTP; none where it says so rightly.
pub fn plain(meeting: &Meeting, address: &RegistryAddress) -> Option<Finding> {
    let finding = match meeting {
        Meeting::PlainHttp => Finding::pass("tls", say!("answers in plain HTTP, as regctl.toml says")),
        Meeting::Presented(_) | Meeting::Handshake(_) => Finding::fail(
            "tls",
            "https-behind-http",
            say!("answers in TLS, and regctl.toml says tls = false"),
            say!(
                "Take tls = false out of regctl.toml and the registry out of the engines' \
                 insecure-registries, or deploy it with --no-tls."
            ),
        ),
        _ => return None,
    };
    Some(finding.about(address))
}

/// The `deployed` check: whether what answers is the certificate that lies in the certs folder, whose path is shown.
pub fn deployed(meeting: &Meeting, file: &Certificate, path: &str) -> Option<Finding> {
    const NAME: &str = "deployed";
    let Meeting::Presented(presented) = meeting else { return None };
    let served = &presented.leaf().summary;
    if served.fingerprint == file.summary.fingerprint {
        return Some(Finding::pass(NAME, say!("shows the certificate of {path}")));
    }
    let stranger =
        |defect: &Defect| matches!(defect, Defect::UnknownIssuer { .. } | Defect::IssuerMissing { .. });
    let detail =
        say!("shows {}, signed by {}, and not the certificate of {path}", served.subject, served.issuer);
    Some(if presented.defects.iter().any(stranger) {
        Finding::fail(
            NAME,
            "other-certificate",
            detail,
            say!(
                "A proxy or another server answers for the registry: ask from a cluster's node, and \
                 look at the VIP and the load balancer. Where the folder was made anew since, regctl \
                 deploy brings it there."
            ),
        )
    } else {
        Finding::warn(NAME, "not-deployed", detail)
            .hint(say!("regctl deploy brings it there; the registry reads it when it starts."))
    })
}

/// A VIP that leads nowhere has a cause of its own.
pub fn of_vip(finding: Finding, is_vip: bool) -> Finding {
    match finding.cause {
        Some(cause) if is_vip && NOWHERE.contains(&cause) => Finding {
            cause: Some("vip-not-programmed"),
            hint: Some(
                say!(
                    "The VIP is not programmed there: it needs a healthy task behind it (regctl verify \
                     --marathon URL), and dcos-net on that host. It answers on the cluster's masters and \
                     agents only."
                )
                .to_owned(),
            ),
            ..finding
        },
        _ => finding,
    }
}

/// What an agent's answer comes to. Its engine was asked for an image that is not there: that it is told so is proof that
/// it reaches and trusts the registry.
pub fn of_agent(
    name: &str,
    answer: &Result<Answer, AgentError>,
    sights: &[Sight],
    vips: &[RegistryAddress],
) -> Vec<Finding> {
    let is_vip = sights.iter().any(|sight| vips.contains(&sight.address));
    let about = |finding: Finding| match (finding.name, finding.cause) {
        ("agent-pull", Some("image-missing" | "user-missing")) => {
            Finding::pass("agent-engine", say!("its engine reaches and trusts the registry"))
                .about_agent(name)
        }
        ("agent-pull", _) => of_vip(Finding { name: "agent-engine", ..finding }, is_vip),
        _ => of_vip(finding, is_vip),
    };
    super::agent::check(name, answer, sights).into_iter().map(about).collect()
}

/// The `certs.d` check of a folder on this machine, told in the same facts as an agent's.
pub fn of_folder(folder: &str, facts: &Answer, sights: &[Sight]) -> Vec<Finding> {
    let about = |(number, sight): (usize, &Sight)| {
        let finding = agent_trust::check(&Seen::new(facts, number, sight));
        Finding { name: "certs.d", ..finding }.about(say!("{folder}, for {}", sight.address))
    };
    sights.iter().enumerate().map(about).collect()
}

/// The `error` check: what an error text means.
pub fn of_words(words: &str) -> Finding {
    let line = words.trim().lines().last().unwrap_or_default();
    let line: String = line.chars().filter(|c| !c.is_control()).take(300).collect();
    match engine::cause(words) {
        ("engine", _) => Finding::fail(
            "error",
            "unknown",
            say!("nothing is known of `{line}`"),
            say!(
                "Name the registry, and an agent that has the trouble: regctl cert doctor HOST --agent AGENT."
            ),
        ),
        (cause, hint) => Finding::fail("error", cause, line, hint),
    }
}

/// The `proxy` check: whether this machine's own clients go through a proxy for the address. regctl does not. Nobody's
/// password is shown.
pub fn of_proxy(address: &RegistryAddress, proxy: Option<&str>, except: &str) -> Finding {
    match proxy.map(|url| printable(&without_user(url))) {
        None => Finding::pass("proxy", say!("no proxy is set here")),
        Some(_) if excepts(except, address) => Finding::pass("proxy", say!("NO_PROXY excepts the registry")),
        Some(proxy) => Finding::fail(
            "proxy",
            "operator-proxy",
            say!("curl, docker and others go through {proxy} from here, which knows nothing of the cluster"),
            say!(
                "Except the registry from it: NO_PROXY={}; regctl itself goes there directly.",
                address.host()
            ),
        ),
    }
    .about(address)
}

/// The finding that is the cause: the first that failed, in the order in which one rests on the other.
pub fn cause(findings: &[Finding]) -> Option<&Finding> {
    findings.iter().find(|finding| finding.status == Status::Fail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_in_the_way_only_where_nothing_excepts_the_host() {
        let status = |host: &str, proxy: Option<&str>, except: &str| {
            of_proxy(&host.parse().expect("an address"), proxy, except).status
        };
        assert_eq!(status("192.168.0.1", None, ""), Status::Pass);
        assert_eq!(status("192.168.0.1", Some("http://p:3128"), "localhost"), Status::Fail);
        for except in ["192.168.0.1", "localhost, 192.168.0.0/16", "*"] {
            assert_eq!(status("192.168.0.1", Some("http://p:3128"), except), Status::Pass, "{except}");
        }
        for except in ["example.com", ".example.com", "*.example.com"] {
            assert_eq!(status("lb.example.com", Some("http://p:3128"), except), Status::Pass, "{except}");
        }
        assert_eq!(status("lbexample.com", Some("http://p:3128"), "example.com"), Status::Fail);
    }

    #[test]
    fn words_without_a_meaning_say_what_to_do_next() {
        let found = of_words("something\nnew\u{1b}[2J");
        assert_eq!((found.cause, found.detail.as_str()), (Some("unknown"), "nothing is known of `new[2J`"));
        assert_eq!(
            of_words("x509: certificate signed by unknown authority").cause,
            Some("unknown-authority")
        );
    }

    #[test]
    fn only_a_vip_that_leads_nowhere_gets_its_own_cause() {
        let cause = |cause, vip| of_vip(Finding::fail("tls", cause, "", ""), vip).cause;
        assert_eq!(cause("timeout", true), Some("vip-not-programmed"));
        assert_eq!(cause("timeout", false), Some("timeout"));
        assert_eq!(cause("expired", true), Some("expired"));
    }
}
