//! What a certificate in a file is for: to be shown by a server, or to be trusted.

use std::path::Path;

use crate::domain::cert_show::{Examined, Permission, Purpose};
use crate::domain::certificate::{Certificate, Role, Signer};
use crate::domain::host::Host;

/// Where regctl and Docker have the CA.
const CA_FILE: &str = "ca.crt";
/// Where regctl and the registry have what is served.
const SERVED_FILE: &str = "domain.crt";

/// Judges the first certificate of a file. What does not say CA:TRUE is a server's, and so is what says it and has
/// SANs, since a CA has no names of its own. Plain `openssl req -x509` says CA:TRUE and has none; its certificate passes
/// for a server's where all else says so: it signed itself, its key may be used for TLS, and its common name is a host's
/// or it lies where the registry's certificate does. `key_beside` is whether the key lies beside the file.
pub fn of_file(first: &Examined, path: &Path, key_beside: bool) -> Purpose {
    let certificate = &first.certificate;
    let names = certificate.names();
    if certificate.role != Role::Ca || !names.ips.is_empty() || !names.dns.is_empty() {
        return Purpose::Server;
    }
    let named = |name: &str| path.file_name().is_some_and(|own| own == name);
    let may_serve = certificate.signer == Signer::Itself && first.traits.tls_key_usage != Permission::Denied;
    let looks_served = named(SERVED_FILE) || is_for_a_host(certificate, key_beside);
    if may_serve && looks_served && !named(CA_FILE) { Purpose::Server } else { Purpose::Authority }
}

/// Whether the common name is an address or a full host name. One bare word may be either, and the key beside it decides.
fn is_for_a_host(certificate: &Certificate, key_beside: bool) -> bool {
    match certificate.common_name.as_deref().unwrap_or_default().trim_start_matches("*.").parse() {
        Ok(Host::Ip(_)) => true,
        Ok(Host::Name(name)) => name == "localhost" || name.contains('.') || key_beside,
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::cert::{CertificateSummary, Names, Validity};
    use crate::domain::cert_show::{PublicKey, Traits};

    /// As `openssl req -x509 -subj /CN=…` makes it.
    fn plain(common_name: &str) -> Examined {
        let certificate = Certificate {
            der: Vec::new(),
            summary: CertificateSummary {
                subject: format!("CN={common_name}"),
                issuer: format!("CN={common_name}"),
                names: Names::default(),
                fingerprint: String::new(),
                not_before: "2026-01-01T00:00:00Z".to_owned(),
                not_after: "2027-01-01T00:00:00Z".to_owned(),
            },
            common_name: Some(common_name.to_owned()),
            validity: Validity {
                not_before: datetime!(2026-01-01 0:00 UTC),
                not_after: datetime!(2027-01-01 0:00 UTC),
            },
            role: Role::Ca,
            signer: Signer::Itself,
        };
        let traits = Traits {
            key: PublicKey::Rsa(2048),
            signature: String::new(),
            outdated_digest: None,
            server_auth: Permission::Unsaid,
            tls_key_usage: Permission::Unsaid,
            cert_sign: Permission::Unsaid,
            unknown_critical: Vec::new(),
            serial: String::new(),
        };
        Examined { certificate, traits, signer: None }
    }

    fn purpose(common_name: &str, file: &str, key_beside: bool) -> Purpose {
        of_file(&plain(common_name), Path::new(file), key_beside)
    }

    #[test]
    fn a_self_signed_certificate_without_sans_is_a_servers_where_all_but_ca_true_says_so() {
        for (name, file, key_beside) in [
            ("192.168.0.1", "old.crt", false),
            ("registry.example.com", "-", false),
            ("*.example.com", "star.pem", false),
            ("localhost", "x.pem", false),
            ("registry", "registry.crt", true),
            ("My registry", "certs/domain.crt", false),
        ] {
            assert_eq!(purpose(name, file, key_beside), Purpose::Server, "{name} in {file}");
        }
    }

    #[test]
    fn a_ca_stays_one() {
        for (name, file, key_beside) in [
            ("192.168.0.1", "certs/ca.crt", true),
            ("Registry CA", "root.pem", true),
            ("registry", "root.pem", false),
        ] {
            assert_eq!(purpose(name, file, key_beside), Purpose::Authority, "{name} in {file}");
        }
        let mut signs_only = plain("ca.example.com");
        signs_only.traits.tls_key_usage = Permission::Denied;
        assert_eq!(of_file(&signs_only, Path::new("root.pem"), true), Purpose::Authority);
        let mut intermediate = plain("ca.example.com");
        intermediate.certificate.signer = Signer::Another;
        assert_eq!(of_file(&intermediate, Path::new("mid.pem"), false), Purpose::Authority);
    }

    #[test]
    fn what_has_sans_or_is_no_ca_is_a_servers_wherever_it_lies() {
        let mut named = plain("Registry CA");
        named.certificate.summary.names.add(&"10.0.0.7".parse().expect("a host"));
        let mut leaf = plain("Registry CA");
        leaf.certificate.role = Role::Leaf;
        for one in [named, leaf] {
            assert_eq!(of_file(&one, Path::new("ca.crt"), false), Purpose::Server);
        }
    }
}
