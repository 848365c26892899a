//! The `tls` check: what Docker would make of the registry's certificate.

use time::{Duration, OffsetDateTime};

use super::defects::{self, Against};
use crate::domain::finding::Finding;
use crate::domain::language::spoken;
use crate::domain::registry::RegistryAddress;
use crate::domain::tls::{Basis, Meeting, Presented};

const NAME: &str = "tls";
/// What everyone has to know who meets a VIP for the first time.
const VIPS: &str =
    later!("A VIP answers on the cluster's masters and agents only, once a healthy task stands behind it.");
/// A certificate that ends sooner than this is worth a warning: there are agents to be told of a new one.
pub const SOON: Duration = Duration::days(30);

/// What the check is made against.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The address that was tried.
    pub address: &'a RegistryAddress,
    /// The CA file, as its path is shown; none where only the system's roots count.
    pub ca: Option<&'a str>,
    /// When it was tried.
    pub now: OffsetDateTime,
}

impl<'a> Given<'a> {
    const fn against(&self) -> Against<'a> {
        Against { host: Some(self.address.host()), ca: self.ca, now: self.now }
    }
}

/// The finding about how TLS went with the registry at an address.
pub fn check(meeting: &Meeting, given: Given<'_>) -> Finding {
    let at = format!("{}:{}", given.address.host().bracketed(), given.address.port());
    let fail = |cause, detail: &str, hint: &str| Finding::fail(NAME, cause, format!("{at} {detail}"), hint);
    match meeting {
        Meeting::Presented(presented) => presented_check(presented, given),
        Meeting::Refused => fail(
            "connection-refused",
            say!("refused the connection"),
            &say!("Nothing listens there: is the registry running (regctl deploy)? {}", spoken(VIPS)),
        ),
        Meeting::TimedOut => fail(
            "timeout",
            say!("did not answer in time"),
            &say!("A firewall drops the packets, or the VIP is not programmed here. {}", spoken(VIPS)),
        ),
        Meeting::Unreachable(why) => fail(
            "unreachable",
            &say!("cannot be reached: {why}"),
            &say!(
                "The VIP is not programmed on this machine, or a route is missing. {}",
                spoken(VIPS)
            ),
        ),
        Meeting::Unresolved => fail(
            "unresolved",
            say!("has no address here"),
            say!(
                "Add the name to DNS or /etc/hosts; named VIPs resolve on the cluster's nodes only."
            ),
        ),
        Meeting::PlainHttp => fail(
            "plain-http",
            say!("answers in plain HTTP, and Docker speaks TLS there"),
            say!("Deploy the registry with TLS (regctl deploy --tls), or say that it has none \
                  (--plain-http, or tls = false in regctl.toml) and use trust-agents --mode insecure."
            ),
        ),
        Meeting::Closed => fail(
            "closed",
            say!("closed the connection in mid-handshake"),
            say!("Something in between accepts connections for a registry that is not there: look at \
                  the backends of the load balancer or the VIP."
            ),
        ),
        Meeting::NotTls => fail(
            "not-tls",
            say!("answers neither TLS nor HTTP"),
            say!("Another service has this port: look at the VIP and the service port of the app."),
        ),
        Meeting::Handshake(why) => fail(
            "handshake",
            &say!("and regctl cannot agree on TLS: {why}"),
            say!(
                "The registry must offer TLS 1.2 or 1.3 with an ECDSA key or an RSA key of at least 2048 bits."
            ),
        ),
    }
    .about(given.address)
}

fn presented_check(presented: &Presented, given: Given<'_>) -> Finding {
    let Some(first) = presented.defects.first() else { return trusted(presented, given.now) };
    let told: Vec<(String, String)> =
        presented.defects.iter().map(|defect| defects::explain(defect, given.against())).collect();
    let mut hints: Vec<String> = Vec::new();
    for (_, hint) in &told {
        if !hints.contains(hint) {
            hints.push(hint.clone());
        }
    }
    let details = told.into_iter().map(|(detail, _)| detail).collect::<Vec<_>>();
    Finding::fail(NAME, defects::cause(first), details.join("; "), hints.join(" "))
}

fn trusted(presented: &Presented, now: OffsetDateTime) -> Finding {
    let leaf = presented.leaf();
    let summary = &leaf.summary;
    let detail = say!("{}, {}, valid until {}", presented.protocol, summary.subject, summary.not_after);
    match presented.basis {
        _ if leaf.expired_at(now + SOON) => {
            let left = (leaf.validity.not_after - now).whole_days();
            Finding::warn(NAME, "expires-soon", say!("{detail}, which leaves {left} days"))
                .hint(say!("Make a new certificate with regctl cert gen and deploy it."))
        }
        Basis::ItselfInCaFile | Basis::CaAsLeaf => Finding::warn(
            NAME,
            "ca-as-leaf",
            say!(
                "{detail}; it says CA:TRUE, which Docker, curl and OpenSSL accept and clients built \
                 on rustls do not"
            ),
        )
        .hint(say!("regctl cert gen makes a CA and a leaf apart, which every client accepts.")),
        Basis::Chain | Basis::Nothing => Finding::pass(NAME, detail),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::cert::{CertificateSummary, Names, Validity};
    use crate::domain::certificate::{Certificate, Role, Signer};
    use crate::domain::finding::Status;
    use crate::domain::tls::Defect;

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn presented(basis: Basis, defects: Vec<Defect>, days_left: i64) -> Meeting {
        let not_after = NOW + Duration::days(days_left);
        let summary = CertificateSummary {
            subject: "CN=192.168.0.1".to_owned(),
            issuer: "CN=Registry CA".to_owned(),
            names: Names::default(),
            fingerprint: String::new(),
            not_before: String::new(),
            not_after: not_after.date().to_string(),
        };
        let validity = Validity { not_before: datetime!(2020-01-01 0:00 UTC), not_after };
        let (role, signer) = (Role::Leaf, Signer::Another);
        let leaf = Certificate { der: Vec::new(), summary, common_name: None, validity, role, signer };
        Meeting::Presented(Presented { protocol: "TLS 1.3".to_owned(), chain: vec![leaf], defects, basis })
    }

    fn finding(meeting: &Meeting) -> Finding {
        let address = "192.168.0.1".parse().expect("an address");
        check(meeting, Given { address: &address, ca: Some("certs/ca.crt"), now: NOW })
    }

    #[test]
    fn trust_is_a_pass_and_its_weak_spots_are_warnings() {
        let status = |basis, days| finding(&presented(basis, Vec::new(), days)).status;
        assert_eq!(status(Basis::Chain, 100), Status::Pass);
        assert_eq!(status(Basis::Chain, 29), Status::Warn);
        assert_eq!(status(Basis::ItselfInCaFile, 100), Status::Warn);
        assert_eq!(status(Basis::CaAsLeaf, 100), Status::Warn);
    }

    #[test]
    fn every_defect_is_told_and_the_first_names_the_cause() {
        let expired = Defect::Expired { subject: "CN=x".to_owned(), not_after: "2025".to_owned() };
        let found = finding(&presented(Basis::Nothing, vec![expired, Defect::CommonNameOnly(None)], 100));
        assert_eq!((found.status, found.cause), (Status::Fail, Some("expired")));
        assert_eq!(found.detail, "CN=x expired on 2025; the certificate has only the common name and no SAN");
        assert!(found.hint.expect("has one").contains("cert gen --ip 192.168.0.1"));
    }

    #[test]
    fn whatever_fails_names_its_cause_and_the_next_step() {
        let meetings = [
            (Meeting::Refused, "connection-refused"),
            (Meeting::TimedOut, "timeout"),
            (Meeting::Unreachable("no route to host".to_owned()), "unreachable"),
            (Meeting::Unresolved, "unresolved"),
            (Meeting::PlainHttp, "plain-http"),
            (Meeting::NotTls, "not-tls"),
            (Meeting::Closed, "closed"),
            (Meeting::Handshake("x".to_owned()), "handshake"),
        ];
        for (meeting, cause) in meetings {
            let found = finding(&meeting);
            assert_eq!((found.status, found.cause), (Status::Fail, Some(cause)));
            assert!(found.hint.is_some() && found.subject == "192.168.0.1");
        }
    }
}
