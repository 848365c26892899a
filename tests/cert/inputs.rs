//! What the operator gives and cannot be: exit 2, and nothing is written.

use crate::folder::Folder;

#[test]
fn bad_input_is_exit_2_with_a_word_on_it_and_nothing_is_written() {
    let long = "a".repeat(64);
    let cases: &[(&[&str], &str)] = &[
        (&["--ip", "192.168.0"], "192.168.0"),
        (&["--ip", "lb.example.com"], "lb.example.com"),
        (&["--ip", ""], "--ip"),
        (&["--dns", "a b"], "`a b` is not a DNS name"),
        (&["--dns", "https://registry"], "is not a DNS name"),
        (&["--dns", "registry:443"], "is not a DNS name"),
        (&["--dns", ""], "is not a DNS name"),
        (&["--dns", "größe.example"], "is not a DNS name"),
        (&["--dns", &long], "is not a DNS name"),
        (&["--dns", "192.168.0.1"], "belongs into --ip"),
        (&["--days", "0"], "1 to 36500 days"),
        (&["--days", "99999"], "1 to 36500 days"),
        (&["--days", "-1"], "-1"),
        (&["--ca-days", "0"], "1 to 36500 days"),
        (&["--key-type", "dsa"], "[possible values: ecdsa-p256, rsa-2048, rsa-4096]"),
        (&["--subject", "C=China"], "2 characters"),
        (&["--subject", "XX=1"], "not a part of a subject"),
        (&["--subject", "CN"], "KEY=VALUE"),
    ];
    for (words, expected) in cases {
        let folder = Folder::new();
        let run = folder.cert_gen(words);
        assert_eq!(run.exit, Some(2), "{words:?}: {run:?}");
        assert!(run.stderr.contains(expected), "{words:?}: {}", run.stderr);
        assert!(folder.names(".").is_empty(), "{words:?} wrote something");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_exit_2() {
    let folder = Folder::new();
    folder.shell("echo mine >file");
    for (out, kind) in [
        ("file", "output"),
        ("file/certs", "output"),
        ("/proc/certs", "output"),
        ("/sys/certs", "not-permitted"),
    ] {
        let run = folder.cert_gen(&["-o", "json", "--out", out]);
        assert_eq!((run.exit, &run.json()["error"]["kind"]), (Some(2), &kind.into()), "{out}: {run:?}");
    }
    assert_eq!(folder.read("file"), "mine\n");
}

#[test]
fn a_subject_is_taken_in_both_spellings_and_shown_by_openssl() {
    for subject in ["C=CN,ST=SH,L=Shang Hai,O=example.com", "/C=CN/ST=SH/L=Shang Hai/O=example.com"] {
        let folder = Folder::new();
        folder.made(&["--subject", subject]);
        let shown = folder.shell("openssl x509 -in certs/domain.crt -noout -subject -nameopt RFC2253");
        assert_eq!(shown, "subject=CN=192.168.0.1,O=example.com,L=Shang Hai,ST=SH,C=CN\n");
    }
}

#[test]
fn bad_values_in_regctl_toml_name_the_file() {
    for (config, expected) in [
        ("[certs]\nips = [\"x\"]\n", "`x` is not an IP address"),
        ("[certs]\ndns = [\"a b\"]\n", "`a b` is not a DNS name"),
        ("[certs]\nkey_type = \"dsa\"\n", "not a key type"),
        ("[registry]\nvip = \"8.8.8.8:443\"\n", "private"),
        ("[registry]\nvip = \"192.168.0.1\"\n", "has no port"),
        ("[certs]\nca_cert = \"a\"\n", "belong together"),
    ] {
        let folder = Folder::new();
        std::fs::write(folder.file("regctl.toml"), config).expect("writes");
        let run = folder.cert_gen(&[]);
        assert_eq!(run.exit, Some(2), "{config}: {run:?}");
        assert!(run.stderr.contains("regctl.toml") && run.stderr.contains(expected), "{}", run.stderr);
        assert_eq!(folder.names("."), ["regctl.toml"]);
    }
}
