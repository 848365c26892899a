//! Certificates of every kind, each with the verdict that Docker would give.

use regctl_lab::loopback::{Setup, shell};

use crate::bench::{Bench, CA, DOCUMENT_001, at};

#[test]
fn what_cert_gen_makes_passes_by_address_and_by_name() {
    let bench = Bench::new(&format!(
        "{} cert gen --out . --ip 127.0.0.1 --dns localhost",
        env!("CARGO_BIN_EXE_regctl")
    ));
    let registry = bench.registry();
    let name = format!("localhost:{}", registry.port);
    let verified = bench.verify(&at(&registry), &["--registry", &name, "--push"]);
    assert_eq!(verified.exit, Some(0), "{}", verified.report);
    assert_eq!(verified.report["schema"], "regctl.verify/v1");
    let checks = verified.report["checks"].as_array().expect("has checks");
    assert_eq!(checks.len(), 9);
    let passed = checks.iter().filter(|check| check["status"] == "pass").count();
    assert_eq!((passed, verified.finding("marathon-health").0), (8, "skip"), "{}", verified.report);
}

#[test]
fn document_001s_certificate_is_good_and_warned_of() {
    let bench = Bench::new(DOCUMENT_001);
    let registry = bench.registry();
    let verified = bench.verify(&at(&registry), &["--push"]);
    let (status, cause, ..) = verified.finding("tls");
    assert_eq!((verified.exit, status, cause), (Some(0), "warn", "ca-as-leaf"), "{}", verified.report);
    assert_eq!(verified.finding("push-pull").0, "pass");
}

#[test]
fn a_ca_true_leaf_that_the_ca_signed_is_good_and_warned_of() {
    let bench = Bench::new(&format!(
        "{CA}printf 'basicConstraints=CA:TRUE\nsubjectAltName=IP:127.0.0.1' >ext
         openssl x509 -req -in leaf.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 90 -extfile ext -out domain.crt"
    ));
    let verified = bench.verify(&at(&bench.registry()), &["--push"]);
    assert_eq!((verified.exit, verified.finding("tls").1), (Some(0), "ca-as-leaf"), "{}", verified.report);
    assert_eq!(verified.finding("push-pull").0, "pass");
}

#[test]
fn a_common_name_alone_is_refused() {
    let bench = Bench::new(
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout domain.key -days 9 -out domain.crt -subj /CN=127.0.0.1
         cp domain.crt ca.crt",
    );
    let verified = bench.verify(&at(&bench.registry()), &[]);
    verified.assert_refused("common-name-only");
    assert!(verified.finding("tls").3.contains("cert gen --ip 127.0.0.1"));
}

#[test]
fn an_address_among_the_dns_names_is_refused() {
    let bench = Bench::leaf("DNS:127.0.0.1", "");
    bench.verify(&at(&bench.registry()), &[]).assert_refused("ip-in-dns-name");
}

#[test]
fn a_certificate_for_another_name_is_refused_and_its_names_are_told() {
    let bench = Bench::leaf("IP:10.9.9.9,DNS:lb.example.com", "");
    let registry = bench.registry();
    let verified = bench.verify(&at(&registry), &[]);
    verified.assert_refused("wrong-name");
    assert!(verified.finding("tls").2.contains("10.9.9.9, lb.example.com"));
    bench.verify(&format!("localhost:{}", registry.port), &[]).assert_refused("wrong-name");
}

#[test]
fn a_certificate_that_has_ended_or_not_begun_is_refused() {
    for (when, cause) in [("2021-05-05", "expired"), ("2034-05-05", "not-yet-valid")] {
        let bench = Bench::leaf("IP:127.0.0.1", &format!("faketime {when}"));
        let verified = bench.verify(&at(&bench.registry()), &[]);
        verified.assert_refused(cause);
        let (_, _, detail, hint) = verified.finding("tls");
        assert!(detail.contains(&when[..7]) && hint.contains("clock"), "{detail} {hint}");
    }
}

#[test]
fn a_certificate_that_ends_soon_is_warned_of() {
    let bench = Bench::leaf("IP:127.0.0.1", "");
    let verified = bench.verify(&at(&bench.registry()), &[]);
    assert_eq!((verified.exit, verified.finding("tls").1), (Some(0), "expires-soon"));
}

#[test]
fn what_tls_libraries_refuse_is_told_in_words() {
    let san = "subjectAltName=IP:127.0.0.1";
    let cases = [
        ("rsa:2048", "-sha1", san.to_owned(), "signed with SHA-1"),
        ("rsa:2048", "-sha1", format!("{san}\\nbasicConstraints=CA:TRUE"), "signed with SHA-1"),
        ("rsa:1024", "", san.to_owned(), "RSA key has 1024 bits"),
        ("rsa:2048", "", format!("{san}\\nextendedKeyUsage=clientAuth"), "extended key usage"),
        (
            "rsa:2048",
            "",
            format!("{san}\\n1.2.3.4=critical,ASN1:UTF8String:x"),
            "unsupported critical extension",
        ),
    ];
    for (key, option, extensions, words) in cases {
        let bench = Bench::new(&format!(
            "{CA}openssl req -new -newkey {key} -nodes -keyout domain.key -subj /CN=127.0.0.1 -out weak.csr
             printf '{extensions}' >ext
             openssl x509 -req {option} -in weak.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 90 -extfile ext -out domain.crt"
        ));
        let verified = bench.verify(&at(&bench.registry()), &[]);
        verified.assert_refused("bad-certificate");
        let detail = verified.finding("tls").2;
        assert!(detail.contains(words) && detail.matches("refused").count() == 1, "{detail}");
    }
}

#[test]
fn a_certificate_of_version_1_has_no_names() {
    let bench = Bench::new(&format!(
        "{CA}openssl x509 -req -in leaf.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 90 -out domain.crt"
    ));
    let verified = bench.verify(&at(&bench.registry()), &[]);
    assert_eq!((verified.exit, verified.finding("tls").0), (Some(1), "fail"));
    let detail = verified.finding("tls").2;
    assert!(detail.contains("unsupported cert version") && detail.contains("no SAN"), "{detail}");
}

#[test]
fn every_defect_of_a_certificate_is_told_at_once() {
    let bench = Bench::leaf("DNS:127.0.0.1", "faketime 2021-05-05");
    let _ = shell(
        bench.path(),
        "cp ca.crt real.crt; openssl req -x509 -newkey rsa:2048 -nodes -keyout o.key -days 9 -out ca.crt -subj /CN=Other",
    );
    let verified = bench.verify(&at(&bench.registry()), &[]);
    verified.assert_refused("expired");
    let detail = verified.finding("tls").2;
    for part in ["expired on 2021-05", "signed by CN=Test", "among the certificate's DNS names"] {
        assert!(detail.contains(part), "{detail}");
    }
}

#[test]
fn a_ca_that_did_not_sign_is_told_from_one_that_is_missing_and_one_made_anew() {
    let other = |subject: &str| {
        format!(
            "openssl req -x509 -newkey rsa:2048 -nodes -keyout o.key -days 9 -out other.crt -subj /CN={subject}"
        )
    };
    let bench = Bench::leaf("IP:127.0.0.1", "");
    let _ = shell(bench.path(), &format!("{}; mv other.crt others.crt; {}", other("Others"), other("Test")));
    let registry = bench.registry();
    bench.verify_with("others.crt", &at(&registry)).assert_refused("issuer-missing");
    bench.verify_with("other.crt", &at(&registry)).assert_refused("other-key");
    let _ = shell(bench.path(), "cat domain.crt ca.crt >chain.crt");
    let whole = Setup::new(bench.path()).tls(&bench.file("chain.crt"), &bench.file("domain.key"));
    let whole = whole.start().expect("a registry starts");
    bench.verify_with("others.crt", &at(&whole)).assert_refused("unknown-issuer");
}

#[test]
fn an_intermediate_that_is_not_sent_is_missed() {
    let bench = Bench::new(&format!(
        "{CA}
         openssl req -new -newkey rsa:2048 -nodes -keyout mid.key -subj /CN=Middle -out mid.csr
         openssl x509 -req -in mid.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 90 -extfile ca.ext -out mid.crt
         printf 'subjectAltName=IP:127.0.0.1' >ext
         openssl x509 -req -in leaf.csr -CA mid.crt -CAkey mid.key -CAcreateserial -days 90 -extfile ext -out domain.crt
         cat domain.crt mid.crt >chain.crt"
    ));
    let verified = bench.verify(&at(&bench.registry()), &[]);
    verified.assert_refused("issuer-missing");
    assert!(verified.finding("tls").2.contains("CN=Middle"), "{}", verified.report);
    let whole = Setup::new(bench.path()).tls(&bench.file("chain.crt"), &bench.file("domain.key"));
    let verified = bench.verify(&at(&whole.start().expect("a registry starts")), &[]);
    assert_eq!((verified.exit, verified.finding("tls").0), (Some(0), "pass"), "{}", verified.report);
}
