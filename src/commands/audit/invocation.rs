//! The command line as the audit trail keeps it.

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::domain::audit::Invocation;
use crate::plan::audit::{Given, kept};

/// What was given by flags and by `REGCTL_*`, in the order of the command's definition.
pub fn invocation(command: &Command, matches: &ArgMatches) -> Invocation {
    let (mut command, mut matches, mut words) = (command, matches, Vec::new());
    while let Some((name, of_subcommand)) = matches.subcommand() {
        let Some(subcommand) = command.find_subcommand(name) else { break };
        (command, matches) = (subcommand, of_subcommand);
        words.push(name);
    }
    let given: Vec<Given> = command.get_arguments().filter_map(|argument| given(argument, matches)).collect();
    Invocation { command: words.join(" "), arguments: kept(&given) }
}

fn given(argument: &Arg, matches: &ArgMatches) -> Option<Given> {
    let id = argument.get_id().as_str();
    let source = matches.try_contains_id(id).ok().and_then(|_| matches.value_source(id))?;
    if !matches!(source, ValueSource::CommandLine | ValueSource::EnvVariable) {
        return None;
    }
    let name = name(argument);
    if !argument.get_action().takes_values() {
        let is_set = !matches!(argument.get_action(), ArgAction::SetTrue) || matches.get_flag(id);
        return is_set.then(|| Given { name, positional: false, values: Vec::new() });
    }
    let values = matches.get_raw(id).into_iter().flatten();
    let values = values.map(|value| value.to_string_lossy().into_owned()).collect();
    Some(Given { name, positional: argument.is_positional(), values })
}

/// `ca` of `--ca`; of a positional argument the name of its field.
fn name(argument: &Arg) -> String {
    let long = argument.get_long().map(str::to_owned);
    long.unwrap_or_else(|| argument.get_id().as_str().replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;
    use crate::plan::audit::named;

    fn of(line: &str) -> Invocation {
        let mut command = Cli::command();
        command.build();
        let matches = command.clone().try_get_matches_from(line.split_whitespace()).expect("parses");
        invocation(&command, &matches)
    }

    #[test]
    fn words_flags_and_positional_arguments_are_kept_and_defaults_are_not() {
        let found = of(
            "regctl -y trust-agents --registry 192.168.0.1 --mesos http://o:hunter2@m:5050 -n --parallel 4",
        );
        assert_eq!(found.command, "trust-agents");
        let mut arguments = found.arguments;
        arguments.sort();
        let mesos = "--mesos=http://o:(not kept)@m:5050";
        assert_eq!(arguments, ["--dry-run", mesos, "--parallel=4", "--registry=192.168.0.1", "--yes"]);
        let found = of("regctl tag delete team/app:1 team/app:2");
        assert_eq!(
            (found.command.as_str(), found.arguments.concat()),
            ("tag delete", "team/app:1team/app:2".into())
        );
    }

    #[test]
    fn every_value_that_is_kept_is_one_of_some_argument() {
        fn names(command: &Command) -> Vec<String> {
            let own = command.get_arguments().map(name);
            own.chain(command.get_subcommands().flat_map(names)).collect()
        }
        let names = names(&Cli::command());
        let stale: Vec<_> = named().filter(|name| !names.iter().any(|it| it == name)).collect();
        assert!(stale.is_empty(), "src/plan/audit/arguments.rs names what is no argument: {stale:?}");
    }
}
