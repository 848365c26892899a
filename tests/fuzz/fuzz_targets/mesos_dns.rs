//! What Mesos-DNS answers about `master.mesos`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regctl::plan::masters;

fuzz_target!(|body: &[u8]| {
    let _ = masters::parse(body);
});
