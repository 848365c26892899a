//! The `tls` check: what Docker would make of the registry's certificate.

use time::{Duration, OffsetDateTime};

use crate::domain::cert::Names;
use crate::domain::finding::Finding;
use crate::domain::host::Host;
use crate::domain::registry::RegistryAddress;
use crate::domain::tls::{Basis, Defect, Meeting, Presented};

const NAME: &str = "tls";
/// What everyone has to know who meets a VIP for the first time.
const VIPS: &str =
    "A VIP answers on the cluster's masters and agents only, once a healthy task stands behind it.";
/// A certificate that ends sooner than this is worth a warning: there are agents to be told of a new one.
const SOON: Duration = Duration::days(30);

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

/// The finding about how TLS went with the registry at an address.
pub fn check(meeting: &Meeting, given: Given<'_>) -> Finding {
    let at = format!("{}:{}", given.address.host().bracketed(), given.address.port());
    let fail = |cause, detail: &str, hint: &str| Finding::fail(NAME, cause, format!("{at} {detail}"), hint);
    match meeting {
        Meeting::Presented(presented) => presented_check(presented, given),
        Meeting::Refused => {
            fail("connection-refused", "refused the connection", &format!("Nothing listens there: is the registry running (regctl deploy)? {VIPS}"))
        }
        Meeting::TimedOut => {
            fail("timeout", "did not answer in time", &format!("A firewall drops the packets, or the VIP is not programmed here. {VIPS}"))
        }
        Meeting::Unreachable(why) => fail("unreachable", &format!("cannot be reached: {why}"), &format!("The VIP is not programmed on this machine, or a route is missing. {VIPS}")),
        Meeting::Unresolved => fail("unresolved", "has no address here", "Add the name to DNS or /etc/hosts; named VIPs resolve on the cluster's nodes only."),
        Meeting::PlainHttp => fail("plain-http", "answers in plain HTTP, and Docker speaks TLS there", "Deploy the registry with TLS (regctl deploy --tls), or set tls = false in regctl.toml and use trust-agents --mode insecure."),
        Meeting::Closed => fail("closed", "closed the connection in mid-handshake", "Something in between accepts connections for a registry that is not there: look at the backends of the load balancer or the VIP."),
        Meeting::NotTls => fail("not-tls", "answers neither TLS nor HTTP", "Another service has this port: look at the VIP and the service port of the app."),
        Meeting::Handshake(why) => fail("handshake", &format!("and regctl cannot agree on TLS: {why}"), "The registry must offer TLS 1.2 or 1.3 with an ECDSA key or an RSA key of at least 2048 bits."),
    }
    .about(given.address)
}

fn presented_check(presented: &Presented, given: Given<'_>) -> Finding {
    let Some(first) = presented.defects.first() else { return trusted(presented, given.now) };
    let told: Vec<(String, String)> = presented.defects.iter().map(|defect| explain(defect, given)).collect();
    let mut hints: Vec<String> = Vec::new();
    for (_, hint) in &told {
        if !hints.contains(hint) {
            hints.push(hint.clone());
        }
    }
    let details = told.into_iter().map(|(detail, _)| detail).collect::<Vec<_>>();
    Finding::fail(NAME, cause(first), details.join("; "), hints.join(" "))
}

fn trusted(presented: &Presented, now: OffsetDateTime) -> Finding {
    let leaf = presented.leaf();
    let summary = &leaf.summary;
    let detail = format!("{}, {}, valid until {}", presented.protocol, summary.subject, summary.not_after);
    match presented.basis {
        _ if leaf.expired_at(now + SOON) => {
            Finding::warn(NAME, "expires-soon", format!("{detail}, which is less than 30 days from now"))
                .hint("Make a new certificate with regctl cert gen and deploy it.")
        }
        Basis::ItselfInCaFile | Basis::CaAsLeaf => Finding::warn(
            NAME,
            "ca-as-leaf",
            format!("{detail}; it says CA:TRUE, which Docker, curl and OpenSSL accept and clients built on rustls do not"),
        )
        .hint("regctl cert gen makes a CA and a leaf apart, which every client accepts."),
        Basis::Chain | Basis::Nothing => Finding::pass(NAME, detail),
    }
}

const fn cause(defect: &Defect) -> &'static str {
    match defect {
        Defect::UnknownIssuer { .. } => "unknown-issuer",
        Defect::OtherKey { .. } => "other-key",
        Defect::IssuerMissing { .. } => "issuer-missing",
        Defect::Expired { .. } => "expired",
        Defect::NotYetValid { .. } => "not-yet-valid",
        Defect::WrongName(_) => "wrong-name",
        Defect::CommonNameOnly(_) => "common-name-only",
        Defect::IpInDnsName(_) => "ip-in-dns-name",
        Defect::Refused(_) => "bad-certificate",
    }
}

/// One defect: what it is, and what to do about it.
fn explain(defect: &Defect, given: Given<'_>) -> (String, String) {
    let host = given.address.host();
    match defect {
        Defect::UnknownIssuer { issuer } | Defect::OtherKey { issuer } | Defect::IssuerMissing { issuer } => {
            untrusted(defect, issuer, given.ca)
        }
        Defect::Expired { subject, not_after } => (
            format!("{subject} expired on {not_after}"),
            "Make a new certificate with regctl cert gen and deploy it; if the date looks right, this machine's clock \
             is wrong."
                .to_owned(),
        ),
        Defect::NotYetValid { subject, not_before } => (
            format!("{subject} is not valid before {not_before}"),
            format!("Look at the clocks of this machine, where it is {}, and of the one that made it.", given.now.date()),
        ),
        Defect::WrongName(names) => {
            (format!("the certificate is for {}, not for {host}", listed(names)), gen_hint("The name is missing", host))
        }
        Defect::CommonNameOnly(name) => {
            let name = name.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
            (
                format!("the certificate has only the common name{name} and no SAN"),
                gen_hint("Docker looks at SANs alone", host),
            )
        }
        Defect::IpInDnsName(_) => (
            format!("{host} stands among the certificate's DNS names, where no client looks for an address"),
            gen_hint("It has to be an iPAddress SAN", host),
        ),
        Defect::Refused(why) => (
            format!("the certificate is refused: {why}"),
            "Look at it with openssl x509 -text; regctl cert gen makes one that every client accepts.".to_owned(),
        ),
    }
}

fn untrusted(defect: &Defect, issuer: &str, ca: Option<&str>) -> (String, String) {
    let Some(ca) = ca else {
        let detail = format!("it is signed by {issuer}, which the system does not trust");
        return (detail, "Name the file with its CA: --ca FILE.".to_owned());
    };
    match defect {
        Defect::OtherKey { .. } => (
            format!("it is signed by another key than that of {issuer} in {ca}"),
            format!(
                "A CA of the same name was made anew: either {ca} or the registry's certificate is the older one."
            ),
        ),
        Defect::IssuerMissing { .. } => (
            format!("it is signed by {issuer}, which the registry does not send and {ca} does not hold"),
            format!(
                "Either {ca} is not its CA, or an intermediate is missing: domain.crt must hold the leaf, then every \
                 intermediate."
            ),
        ),
        _ => (
            format!("it is signed by {issuer}, which is not in {ca}"),
            format!("Give the CA that signed it with --ca, or deploy the certificate that belongs to {ca}."),
        ),
    }
}

fn gen_hint(why: &str, host: &Host) -> String {
    let flag = if host.ip().is_some() { "--ip" } else { "--dns" };
    format!(
        "{why}: make a certificate with regctl cert gen {flag} {host} (and its other names), then deploy it."
    )
}

fn listed(names: &Names) -> String {
    let text = names.to_string();
    if text.is_empty() { "nothing".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::cert::{CertificateSummary, Validity};
    use crate::domain::certificate::{Certificate, Role, Signer};
    use crate::domain::finding::Status;

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
