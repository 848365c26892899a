//! What a Mesos master answers to `/slaves`, up to the table that people see.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regctl::plan::listing::{self, AddressField};

fuzz_target!(|body: &[u8]| {
    for field in [AddressField::Pid, AddressField::Hostname] {
        let _ = listing::parse(body, field);
    }
});
