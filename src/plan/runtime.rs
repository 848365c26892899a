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
                "set -u; PATH=\n{source}\nfor part in here trust holds untrust; do command -v {word}_$part; done"
            );
            let output = Command::new("/bin/sh").arg("-c").arg(asked).output().expect("sh runs");
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{word}");
            let functions = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(
                functions,
                format!("{word}_here\n{word}_trust\n{word}_holds\n{word}_untrust\n"),
                "templates/runtimes/{word}.sh is to define these four functions"
            );
        }
    }

    /// The compiler asks for the rest: the shell file above, and what build containers are given.
    #[test]
    fn what_a_runtime_lacks_is_named() {
        let pull = include_str!("../../templates/pull.sh");
        let loop_line = pull.lines().find(|line| line.trim_start().starts_with("for runtime in "));
        let pulled: Vec<_> = loop_line.expect("pull.sh goes through them").split([' ', ';']).collect();
        let help = include_str!("../commands/flags/trust.rs");
        let mut lacking = Vec::new();
        for word in Runtime::ALL.map(Runtime::word) {
            for function in ["pulls", "pull", "forgets"] {
                if !pull.contains(&format!("\n{word}_{function}() {{")) {
                    lacking.push(format!(
                        "templates/pull.sh: the function {word}_{function}, for verify --pull"
                    ));
                }
            }
            if !pulled.contains(&word) {
                lacking.push(format!("templates/pull.sh: {word} in the line `for runtime in …`"));
            }
            if !help.contains(&format!(" {word},")) {
                lacking.push(format!("src/commands/flags/trust.rs: {word} in the help of --runtime"));
            }
        }
        assert!(lacking.is_empty(), "a runtime lacks:\n{}", lacking.join("\n"));
    }
}
