//! Where regctl remembers things between runs: host keys, last runs, locks.

use std::path::PathBuf;

use anyhow::Result;

use super::ClusterArgs;
use crate::commands::Context;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::lock::Lock;

/// `$XDG_STATE_HOME/regctl/<cluster>`, by default below `~/.local/state`; not in the working directory, so that another
/// one does not learn every host key anew. It is made by whoever writes to it.
pub fn state_dir(context: &Context, cluster: &ClusterArgs) -> Result<PathBuf> {
    Ok(state_root()?.join(directory_name(&cluster.name(context))))
}

/// The folder that the state directories of all clusters are in.
pub fn state_root() -> Result<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
        .ok_or_else(|| {
            Fault::new(FaultKind::NoHome, say!("neither XDG_STATE_HOME nor HOME says where to keep things"))
        })?;
    Ok(state.join("regctl"))
}

/// Takes the cluster's lock: while something is changed, no other run of this cluster may. The run is on record from then
/// on. Errors: another run holds it.
pub fn lock(context: &Context, cluster: &ClusterArgs) -> Result<Lock> {
    let lock = Lock::take(&state_dir(context, cluster)?, &context.holder())?;
    on_record(context, cluster);
    Ok(lock)
}

/// Puts this run on record as one that sets out to change something: for what needs no lock. A record that cannot be
/// written is a warning and hinders nobody.
pub fn on_record(context: &Context, cluster: &ClusterArgs) {
    let begun =
        state_dir(context, cluster).and_then(|state| context.trail.begin(&state, &cluster.name(context)));
    if let Err(error) = begun {
        context.tell(Event::Warning(say!("this run is not on record: {error:#}")));
    }
}

/// A cluster's name as one path component: what is not a letter, digit, `.`, `-` or `_` becomes `_`.
fn directory_name(name: &str) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '_' };
    let name: String = name.chars().take(100).map(legal).collect();
    if name.trim_matches('.').is_empty() { "cluster".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_never_leaves_its_directory() {
        assert_eq!(directory_name("master.mesos"), "master.mesos");
        assert_eq!(directory_name("../../etc"), ".._.._etc");
        assert_eq!(directory_name(".."), "cluster");
        assert_eq!(directory_name("fe80::1"), "fe80__1");
        assert_eq!(directory_name(""), "cluster");
    }
}
