//! `up` and a key whose certificate is still with the CA that signs it.

use serde_json::json;

use crate::folder::Folder;

/// Nothing listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

#[test]
fn up_keeps_a_key_whose_certificate_is_not_there_yet_and_says_how_to_bring_it() {
    let folder = Folder::new();
    folder.made(&[]);
    folder.shell("rm certs/domain.crt");
    let key = folder.read("certs/domain.key");
    let words = ["up", "-o", "json", "--no-preflight", "--host", "127.0.0.1", "--mesos", NOWHERE];
    for consent in ["--yes", "--dry-run"] {
        let run = folder.regctl(&[&words[..], &["--marathon", NOWHERE, consent]].concat());
        assert_eq!(run.exit, Some(2), "{consent}: {run:?}");
        let stage = &run.json()["stages"][1];
        let fault = &stage["report"]["error"];
        assert_eq!((&stage["stage"], &fault["kind"]), (&json!("cert-gen"), &json!("would-overwrite")));
        let hint = fault["hint"].as_str().expect("a hint");
        assert!(hint.contains("regctl cert import --cert FILE --key certs/domain.key"), "{hint}");
        assert_eq!(folder.read("certs/domain.key"), key);
        assert_eq!(folder.names("certs"), ["ca.crt", "ca.key", "domain.key"]);
    }
}
