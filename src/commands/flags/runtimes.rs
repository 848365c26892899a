//! Which runtimes of the agents are meant.

use anyhow::Result;

use super::words::merged;
use crate::commands::Context;
use crate::domain::runtime::Runtimes;

/// The flag's, those of regctl.toml, or Docker.
pub fn runtimes(flag: Option<&Runtimes>, context: &Context) -> Result<Runtimes> {
    let configured = &context.config.trust.runtimes;
    let configured = (!configured.is_empty()).then(|| configured.join(","));
    Ok(merged(flag.cloned(), configured.as_deref())?.unwrap_or_default())
}
