//! The environment variables that regctl reads.

use std::collections::BTreeMap;

use clap::Command;

use crate::domain::help::Entry;
use crate::domain::language::spoken;

/// Those that no flag stands for.
pub(super) const OTHERS: &[(&str, &str)] = &[
    ("NO_COLOR", later!("no colour, where it is not empty; so does TERM=dumb")),
    (
        "XDG_CONFIG_HOME",
        later!("regctl/regctl.toml in it is read where there is none here [default: ~/.config]"),
    ),
    (
        "XDG_STATE_HOME",
        "learnt host keys, last runs and locks are in regctl/ of it [default: ~/.local/state]",
    ),
    (
        "DOCKER_CONFIG",
        later!("the folder of Docker's config.json, for login and logout [default: ~/.docker]"),
    ),
    (
        "DCOS_DIR",
        later!("the folder of the dcos CLI, whose attached cluster gives the token [default: ~/.dcos]"),
    ),
];

/// All of them: first regctl's own, each with the flags that it stands for, in alphabetical order.
pub(super) fn environment(root: &Command) -> Vec<Entry> {
    let mut named = BTreeMap::new();
    collect(root, &mut named);
    let own =
        named.into_iter().map(|(name, flags): (_, Vec<String>)| Entry { name, about: flags.join(", ") });
    let others =
        OTHERS.iter().map(|(name, about)| Entry { name: (*name).into(), about: spoken(about).into() });
    own.chain(others).collect()
}

fn collect(command: &Command, named: &mut BTreeMap<String, Vec<String>>) {
    for arg in command.get_arguments() {
        let (Some(name), Some(long)) = (arg.get_env(), arg.get_long()) else { continue };
        let flags = named.entry(name.to_string_lossy().into_owned()).or_default();
        let flag = format!("--{long}");
        if !flags.contains(&flag) {
            flags.push(flag);
        }
    }
    command.get_subcommands().for_each(|below| collect(below, named));
}
