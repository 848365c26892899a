//! PEM files: a CA, a chain, a private key; and whether the two of them belong together.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use regctl::domain::registry::RegistryAddress;
use regctl::domain::secret::Secret;
use regctl::effects::{key_pair, x509};
use regctl::plan::{ca_file, leaf};
use time::macros::datetime;

fuzz_target!(|text: &str| {
    let now = datetime!(2026-11-22 12:00 UTC);
    let key = key_pair::parse_key(&Secret::new(text.to_owned()), Path::new("domain.key"));
    let Ok(pem) = x509::read_pem(text) else { return };
    let _ = ca_file::judge(&pem.certificates, pem.private_key, now);
    let address: RegistryAddress = "192.168.0.1".parse().expect("is an address");
    for certificate in &pem.certificates {
        let _ = leaf::judge(certificate, std::slice::from_ref(&address), now);
        assert!(!certificate.summary.subject.contains(char::is_control), "fit for a terminal");
    }
    if let Ok(key) = key {
        let _ = pem.certificates.iter().any(|certificate| key.belongs_to(certificate));
    }
});
