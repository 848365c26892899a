//! What it means that a registry begins to serve TLS, or ends to.

use crate::domain::app_definition::AppDefinition;
use crate::domain::registry::RegistryAddress;
use crate::domain::transport::Transport;

/// What the operator should know before an app that serves one way is replaced by one that serves the other.
pub(super) fn switched(old: &AppDefinition, new: &AppDefinition) -> Option<&'static str> {
    match (old.transport()?, new.transport()?) {
        (Transport::Tls, Transport::Plain) => Some(say!(
            "from TLS to plain HTTP: no agent pulls until its engine is told to accept that \
             (regctl trust-agents --mode insecure); certificate and key stay on the host"
        )),
        (Transport::Plain, Transport::Tls) => {
            Some(say!("from plain HTTP to TLS: no agent pulls until it has the CA (regctl trust-agents)"))
        }
        _ => None,
    }
}

/// What the operator should know before an app goes back to a version that served the other way.
pub(super) fn goes_back(current: &AppDefinition, earlier: &AppDefinition) -> Option<&'static str> {
    match (current.transport()?, earlier.transport()?) {
        (Transport::Plain, Transport::Tls) => Some(say!(
            "that version serves TLS, and the configuration that is staged now says plain HTTP: it will not become \
             healthy; regctl deploy --tls goes back"
        )),
        (Transport::Tls, Transport::Plain) => Some(say!(
            "that version serves plain HTTP, and the configuration that is staged now says TLS: it will not become \
             healthy; regctl deploy --no-tls goes back"
        )),
        _ => None,
    }
}

/// What the operator should know of addresses that are not reached by their bare name. `remedy` is how to offer the
/// registry on port 80 instead: `--vip 192.168.0.1:80`.
pub fn bare_names(addresses: &[RegistryAddress], transport: Transport, remedy: &str) -> Vec<String> {
    let needing = addresses.iter().filter(|address| address.needs_port(transport));
    let told = |address: &RegistryAddress| {
        say!(
            "without TLS Docker asks for {0}/NAME at port 80, never at 443: write {address}/NAME \
             in every reference, or offer it on port 80 ({remedy})",
            address.host().bracketed()
        )
    };
    needing.map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(protocol: &str) -> AppDefinition {
        let app = serde_json::json!({ "healthChecks": [{ "protocol": protocol }] });
        serde_json::from_value(app).expect("is an app")
    }

    #[test]
    fn a_switch_is_told_with_what_agents_need_then() {
        let told = |old, new| switched(&app(old), &app(new)).unwrap_or_default();
        assert!(told("MESOS_HTTPS", "MESOS_HTTP").contains("--mode insecure"));
        assert!(told("HTTP", "MESOS_HTTPS").contains("the CA"));
        for (old, new) in [("MESOS_HTTP", "HTTP"), ("TCP", "MESOS_HTTP"), ("MESOS_HTTPS", "HTTPS")] {
            assert_eq!(told(old, new), "", "{old} {new}");
        }
        let back = goes_back(&app("MESOS_HTTP"), &app("MESOS_HTTPS")).unwrap_or_default();
        assert!(back.contains("deploy --tls"), "{back}");
    }

    #[test]
    fn plain_http_on_443_is_told_with_the_reference_that_works() {
        let of = |text: &str, transport| {
            bare_names(&[text.parse().expect("is an address")], transport, "--vip 192.168.0.1:80").join(";")
        };
        let told = of("192.168.0.1:443", Transport::Plain);
        assert!(told.contains("192.168.0.1/NAME at port 80"), "{told}");
        assert!(
            told.contains("write 192.168.0.1:443/NAME") && told.contains("--vip 192.168.0.1:80"),
            "{told}"
        );
        for (text, transport) in [
            ("192.168.0.1:443", Transport::Tls),
            ("192.168.0.1", Transport::Plain),
            ("a:5000", Transport::Plain),
        ] {
            assert_eq!(of(text, transport), "", "{text}");
        }
    }
}
