//! regctl.toml.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regctl::domain::config_text;

fuzz_target!(|text: &str| {
    if let Err(why) = config_text::parse(text) {
        assert!(!why.contains('\n'), "an error is one line: {why:?}");
    }
});
