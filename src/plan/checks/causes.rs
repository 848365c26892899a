//! The words for what can be wrong between a registry and those who are to trust it, each with its meaning. They stay the
//! same from release to release.

use crate::domain::language::spoken;

/// Every cause that the x509 doctor names, and what it means.
pub const CAUSES: &[(&str, &str)] = &[
    ("ip-in-dns-name", later!("an address stands among the DNS names, where no client looks for one")),
    ("common-name-only", later!("there is no SAN, and clients take the common name no more")),
    ("missing-ip-san", later!("the address is not among the SANs")),
    ("wrong-name", later!("the name or address is not among the SANs")),
    ("issuer-missing", later!("the chain is incomplete, or the CA file is another CA's")),
    ("unknown-issuer", later!("nobody who is trusted signed it")),
    (
        "unknown-authority",
        later!("whoever signed it is not trusted there: no CA where the engine looks, or another one"),
    ),
    ("other-key", later!("a CA of the same name was made anew")),
    (
        "other-certificate",
        later!("another certificate answers than the one that was deployed: a proxy, or another server"),
    ),
    ("not-deployed", later!("the registry still shows another certificate than the certs folder holds")),
    ("expired", later!("it has ended")),
    ("not-yet-valid", later!("it has not begun")),
    ("expired-or-not-yet-valid", later!("it has ended or not begun")),
    ("expires-soon", later!("it ends soon")),
    ("ca-as-leaf", later!("the server's own certificate says CA:TRUE")),
    ("not-a-ca", later!("a certificate that signs others does not say CA:TRUE")),
    ("no-server-auth", later!("it is for another use than a server's")),
    ("old-signature", later!("it is signed with a digest that clients take no more")),
    ("short-key", later!("its RSA key is too short")),
    ("critical-extension", later!("it has a critical extension that clients do not know")),
    ("bad-certificate", later!("clients refuse it for another reason, which is told")),
    ("key-mismatch", later!("key and certificate do not belong together")),
    (
        "wrong-directory",
        later!("the CA lies in a folder of certs.d with another name than the image's registry"),
    ),
    ("not-crt", later!("the CA's file does not end in .crt")),
    ("stray-key", later!("a .key lies in certs.d without its .cert")),
    ("stray-cert", later!("a .cert lies in certs.d without its .key")),
    ("ca-missing", later!("there is no CA where Docker looks")),
    ("other-ca", later!("an old or another CA lies there")),
    ("certificate-refused", later!("the CA is there, and the certificate is refused all the same")),
    ("plain-http", later!("plain HTTP answers where TLS is expected")),
    ("https-behind-http", later!("TLS answers where plain HTTP is expected")),
    ("not-tls", later!("neither TLS nor HTTP answers")),
    ("not-a-registry", later!("something else than a registry answers")),
    ("engine-proxy", later!("the engine goes through a proxy that the registry is not excepted from")),
    (
        "operator-proxy",
        later!("this machine's clients go through a proxy that the registry is not excepted from"),
    ),
    ("vip-not-programmed", later!("the VIP leads nowhere from there")),
    ("connection-refused", later!("nothing listens there")),
    ("timeout", later!("nothing answers in time")),
    ("unreachable", later!("there is no way there")),
    ("unresolved", later!("the name has no address there")),
    ("closed", later!("the connection is closed in mid-handshake")),
    ("reset", later!("the connection is reset, as without nf_conntrack_tcp_be_liberal")),
    ("handshake", later!("the two cannot agree on TLS")),
];

/// The columns that a help text of 80 leaves for a meaning.
const MEANING_WIDTH: usize = 52;

/// What a cause means.
pub fn meaning(cause: &str) -> Option<&'static str> {
    CAUSES.iter().find(|(word, _)| *word == cause).map(|(_, meaning)| spoken(meaning))
}

/// All of them, for a help text of at most 80 columns.
pub fn listed() -> String {
    CAUSES.iter().map(|(word, meaning)| entry(word, spoken(meaning))).collect()
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
