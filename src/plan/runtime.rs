//! What makes each runtime trust a registry, and takes it back: a shell file of its own, part of the scripts for agents.

use serde_json::{Value, json};

use super::script;
use crate::domain::runtime::Runtime;

/// The files of these runtimes as values of a script's template: `name` and `source` of each.
pub fn parts(runtimes: &[Runtime]) -> Value {
    runtimes
        .iter()
        .map(
            |runtime| json!({ "name": runtime.word(), "source": script::without_comments(source(*runtime)) }),
        )
        .collect()
}

/// The file. It holds four functions, named after the runtime's word: `WORD_here` tells whether an agent has it,
/// `WORD_trust DIRECTORY CA HASHES` makes it trust one registry, `WORD_holds DIRECTORY` sets `held` where it does, and
/// `WORD_untrust DIRECTORY` takes that back.
const fn source(runtime: Runtime) -> &'static str {
    match runtime {
        Runtime::Docker => include_str!("../../templates/runtimes/docker.sh"),
        Runtime::Ucr => include_str!("../../templates/runtimes/ucr.sh"),
        Runtime::Containerd => include_str!("../../templates/runtimes/containerd.sh"),
        Runtime::Podman => include_str!("../../templates/runtimes/podman.sh"),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn each_has_its_four_functions_and_runs_nothing_by_itself() {
        for runtime in Runtime::ALL {
            let (word, source) = (runtime.word(), source(runtime));
            let asked = format!(
                "set -eu; PATH=\n{source}\ncommand -v {word}_here; command -v {word}_trust; command -v {word}_holds; command -v {word}_untrust"
            );
            let output = Command::new("/bin/sh").arg("-c").arg(asked).output().expect("sh runs");
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{word}");
            let functions = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(functions, format!("{word}_here\n{word}_trust\n{word}_holds\n{word}_untrust\n"));
        }
    }
}
