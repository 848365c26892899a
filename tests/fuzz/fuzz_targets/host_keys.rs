//! Lines of known_hosts files and of ssh-keyscan.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regctl::effects::ssh::host_key;

fuzz_target!(|text: &str| {
    for line in text.lines() {
        let _ = host_key::is_key(line);
        if let Some(print) = host_key::fingerprint(line) {
            assert!(print.starts_with("SHA256:") && print.len() == 50, "{print}");
        }
    }
});
