//! What is written, and what is never overwritten.

use std::fs;

use crate::folder::Folder;

const ALL: [&str; 4] = ["ca.crt", "ca.key", "domain.crt", "domain.key"];

#[test]
fn keys_are_private_and_nothing_else_is_written() {
    let folder = Folder::new();
    let run = folder.made(&[]);
    assert_eq!(folder.names("certs"), ALL);
    let modes = ["certs", "certs/ca.key", "certs/domain.key", "certs/ca.crt", "certs/domain.crt"];
    assert_eq!(modes.map(|name| folder.mode(name)), [0o700, 0o600, 0o600, 0o644, 0o644]);
    let shown = folder.shell("openssl x509 -in certs/domain.crt -noout -fingerprint -sha256 -enddate");
    let fingerprint = shown.lines().next().and_then(|line| line.split('=').nth(1)).expect("a fingerprint");
    for part in [fingerprint, "192.168.0.1", "expires", "Next: regctl deploy"] {
        assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout);
    }
    assert!(!run.stdout.contains("PRIVATE"));
}

#[test]
fn domain_crt_holds_the_leaf_then_the_ca() {
    let folder = Folder::new();
    folder.made(&[]);
    let (chain, ca) = (folder.read("certs/domain.crt"), folder.read("certs/ca.crt"));
    assert_eq!(chain.matches("BEGIN CERTIFICATE").count(), 2);
    assert!(chain.ends_with(&ca));
}

#[test]
fn what_is_there_is_kept_and_force_replaces_it() {
    for name in ALL {
        let folder = Folder::new();
        fs::create_dir(folder.file("certs")).expect("makes");
        fs::write(folder.file(&format!("certs/{name}")), "mine").expect("writes");
        let run = folder.cert_gen(&["-o", "json"]);
        assert_eq!((run.exit, &run.json()["error"]["kind"]), (Some(2), &"would-overwrite".into()));
        assert_eq!(folder.names("certs"), [name], "something was written beside it");
        assert_eq!(folder.read(&format!("certs/{name}")), "mine");
        folder.made(&["--force"]);
        assert_eq!(folder.names("certs"), ALL);
        assert_ne!(folder.read(&format!("certs/{name}")), "mine");
    }
}

#[test]
fn a_link_that_leads_nowhere_counts_as_a_file() {
    let folder = Folder::new();
    folder.shell("mkdir certs; ln -s /nonexistent certs/ca.key");
    assert_eq!(folder.cert_gen(&[]).exit, Some(2));
    assert_eq!(folder.names("certs"), ["ca.key"]);
}

#[test]
fn a_dry_run_writes_nothing_and_check_says_4() {
    let folder = Folder::new();
    for (words, exit) in [(["--dry-run"].as_slice(), 0), (&["--check"], 4), (&["-n", "--exit-code"], 4)] {
        let run = folder.cert_gen(words);
        assert_eq!(run.exit, Some(exit), "{words:?}: {}", run.stderr);
        assert!(run.stdout.contains("192.168.0.1"), "{}", run.stdout);
    }
    assert!(folder.names(".").is_empty());
}

#[test]
fn the_names_come_from_regctl_toml_where_no_flag_names_any() {
    let folder = Folder::new();
    let config = "[registry]\nvip = \"registry:443\"\nnames = [\"lb.example.com:5000\"]\n\
                  [certs]\nips = [\"10.0.0.7\"]\nout = \"made\"\nkey_type = \"rsa-2048\"\ndays = 30\n";
    fs::write(folder.file("regctl.toml"), config).expect("writes");
    folder.made(&[]);
    let sans = folder.shell("openssl x509 -in made/domain.crt -noout -ext subjectAltName");
    for name in ["DNS:registry.marathon.l4lb.thisdcos.directory", "DNS:lb.example.com", "IP Address:10.0.0.7"]
    {
        assert!(sans.contains(name), "{sans}");
    }
    let shown = folder.shell("openssl x509 -in made/domain.crt -noout -checkend 2500000; openssl x509 -in made/domain.crt -noout -text");
    assert!(shown.contains("Public-Key: (2048 bit)"), "{shown}");
    assert!(
        folder.shell("! openssl x509 -in made/domain.crt -noout -checkend 2600000").contains("will expire")
    );
}

#[test]
fn json_tells_what_was_made() {
    let folder = Folder::new();
    let json = folder.made(&["-o", "json", "--ip", "10.0.0.1", "--dns", "a.example"]).json();
    assert_eq!(json["schema"], "regctl.cert-gen/v1");
    assert_eq!(json["names"], serde_json::json!({"ips": ["10.0.0.1"], "dns": ["a.example"]}));
    let shown = folder.shell("openssl x509 -in certs/ca.crt -noout -fingerprint -sha256");
    let fingerprint = shown.trim().split('=').nth(1).expect("a fingerprint");
    assert_eq!(json["ca"]["fingerprint"], format!("SHA256:{fingerprint}"));
}

#[test]
fn a_rotation_that_is_under_way_is_not_overwritten() {
    let folder = Folder::new();
    folder.made(&[]);
    let before = folder.read("certs/ca.key");
    folder.shell("mkdir certs/rotation");
    let run = folder.cert_gen(&["--force", "-o", "json"]);
    assert_eq!((run.exit, &run.json()["error"]["kind"]), (Some(2), &"under-way".into()), "{run:?}");
    assert_eq!(folder.read("certs/ca.key"), before);
}

#[test]
fn an_installation_that_broke_off_does_not_hide_what_is_made_after_it() {
    let folder = Folder::new();
    folder.made(&[]);
    folder.shell("mkdir certs/installing && cp certs/domain.crt certs/installing/");
    folder.made(&["--force"]);
    assert_eq!(folder.names("certs"), ["ca.crt", "ca.key", "domain.crt", "domain.key"]);
    folder.shell("openssl verify -CAfile certs/ca.crt certs/domain.crt");
}
