//! What the script on an agent says: every line that carries the run's nonce, among whatever else a login prints.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regctl::domain::answer;

const NONCE: &str = "0123456789abcdef0123456789abcdef";

fuzz_target!(|output: &str| {
    let Ok(answer) = answer::parse(output, NONCE) else { return };
    let texts = answer.steps.iter().map(|step| &step.detail).chain(answer.facts.values());
    for text in texts {
        assert!(!text.contains(char::is_control), "fit for a terminal: {text:?}");
    }
});
