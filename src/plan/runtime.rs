//! What makes each runtime trust a registry: a shell file of its own, part of the script that an agent runs.

use crate::domain::runtime::Runtime;

/// The file. It holds two functions, named after the runtime's word: `WORD_here` tells whether an agent has it, and
/// `WORD_trust DIRECTORY CA HASHES` makes it trust one registry, with what `templates/prelude.sh.hbs` offers.
pub const fn script(runtime: Runtime) -> &'static str {
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
    fn each_has_its_two_functions_and_runs_nothing_by_itself() {
        for runtime in Runtime::ALL {
            let (word, script) = (runtime.word(), script(runtime));
            let asked = format!("set -eu; PATH=\n{script}\ncommand -v {word}_here; command -v {word}_trust");
            let output = Command::new("/bin/sh").arg("-c").arg(asked).output().expect("sh runs");
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{word}");
            let functions = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(functions, format!("{word}_here\n{word}_trust\n"));
        }
    }
}
