//! The words for what can be wrong between a registry and those who are to trust it, each with its meaning. They stay the
//! same from release to release.

/// Every cause that the x509 doctor names, and what it means.
pub const CAUSES: &[(&str, &str)] = &[
    ("ip-in-dns-name", "an address stands among the DNS names, where no client looks for one"),
    ("common-name-only", "there is no SAN, and clients take the common name no more"),
    ("missing-ip-san", "the address is not among the SANs"),
    ("wrong-name", "the name or address is not among the SANs"),
    ("issuer-missing", "the chain is incomplete, or the CA file is another CA's"),
    ("unknown-issuer", "nobody who is trusted signed it"),
    (
        "unknown-authority",
        "whoever signed it is not trusted there: no CA where the engine looks, or another one",
    ),
    ("other-key", "a CA of the same name was made anew"),
    (
        "other-certificate",
        "another certificate answers than the one that was deployed: a proxy, or another server",
    ),
    ("not-deployed", "the registry still shows another certificate than the certs folder holds"),
    ("expired", "it has ended"),
    ("not-yet-valid", "it has not begun"),
    ("expired-or-not-yet-valid", "it has ended or not begun"),
    ("expires-soon", "it ends soon"),
    ("ca-as-leaf", "the server's own certificate says CA:TRUE"),
    ("not-a-ca", "a certificate that signs others does not say CA:TRUE"),
    ("no-server-auth", "it is for another use than a server's"),
    ("old-signature", "it is signed with a digest that clients take no more"),
    ("short-key", "its RSA key is too short"),
    ("critical-extension", "it has a critical extension that clients do not know"),
    ("bad-certificate", "clients refuse it for another reason, which is told"),
    ("key-mismatch", "key and certificate do not belong together"),
    ("wrong-directory", "the CA lies in a folder of certs.d with another name than the image's registry"),
    ("not-crt", "the CA's file does not end in .crt"),
    ("stray-key", "a .key lies in certs.d without its .cert"),
    ("stray-cert", "a .cert lies in certs.d without its .key"),
    ("ca-missing", "there is no CA where Docker looks"),
    ("other-ca", "an old or another CA lies there"),
    ("certificate-refused", "the CA is there, and the certificate is refused all the same"),
    ("plain-http", "plain HTTP answers where TLS is expected"),
    ("https-behind-http", "TLS answers where plain HTTP is expected"),
    ("not-tls", "neither TLS nor HTTP answers"),
    ("not-a-registry", "something else than a registry answers"),
    ("engine-proxy", "the engine goes through a proxy that the registry is not excepted from"),
    ("operator-proxy", "this machine's clients go through a proxy that the registry is not excepted from"),
    ("vip-not-programmed", "the VIP leads nowhere from there"),
    ("connection-refused", "nothing listens there"),
    ("timeout", "nothing answers in time"),
    ("unreachable", "there is no way there"),
    ("unresolved", "the name has no address there"),
    ("closed", "the connection is closed in mid-handshake"),
    ("reset", "the connection is reset, as without nf_conntrack_tcp_be_liberal"),
    ("handshake", "the two cannot agree on TLS"),
];

/// The columns that a help text of 80 leaves for a meaning.
const MEANING_WIDTH: usize = 52;

/// What a cause means.
pub fn meaning(cause: &str) -> Option<&'static str> {
    CAUSES.iter().find(|(word, _)| *word == cause).map(|(_, meaning)| *meaning)
}

/// All of them, for a help text of at most 80 columns.
pub fn listed() -> String {
    CAUSES.iter().map(|(word, meaning)| entry(word, meaning)).collect()
}

/// A cause and its meaning, whose further lines stand below the first.
fn entry(word: &str, meaning: &str) -> String {
    let mut lines = vec![String::new()];
    for part in meaning.split(' ') {
        match lines.last_mut().expect("begins with one") {
            line if line.is_empty() => line.push_str(part),
            line if line.len() + 1 + part.len() > MEANING_WIDTH => lines.push(part.to_owned()),
            line => *line = format!("{line} {part}"),
        }
    }
    let first = format!("  {word:<25} {}\n", lines[0]);
    lines[1..].iter().fold(first, |text, line| text + &format!("{:28}{line}\n", ""))
}

#[cfg(test)]
mod tests {
    use super::super::{defects, engine};
    use super::*;
    use crate::domain::cert::Names;
    use crate::domain::tls::Defect;

    #[test]
    fn the_list_of_causes_fits_80_columns_and_says_it_all() {
        let text = listed();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let all: Vec<String> =
            CAUSES.iter().flat_map(|(word, meaning)| words(&format!("{word} {meaning}"))).collect();
        assert_eq!(words(&text), all);
    }

    #[test]
    fn every_word_about_certificates_has_its_meaning() {
        let text = String::new;
        let defects = [
            Defect::UnknownIssuer { issuer: text() },
            Defect::OtherKey { issuer: text() },
            Defect::IssuerMissing { issuer: text() },
            Defect::Expired { subject: text(), not_after: text() },
            Defect::NotYetValid { subject: text(), not_before: text() },
            Defect::WrongName(Names::default()),
            Defect::CommonNameOnly(None),
            Defect::IpInDnsName(Names::default()),
            Defect::Refused(text()),
        ];
        for defect in &defects {
            assert!(meaning(defects::cause(defect)).is_some(), "{defect:?}");
        }
        let elsewhere = ["user-missing", "image-missing", "disk-full", "no-engine"];
        for (_, cause, _) in engine::TABLE {
            assert!(meaning(cause).is_some() || elsewhere.contains(cause), "{cause}");
        }
    }
}
