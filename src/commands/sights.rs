//! The registry as every agent sees it: one login to each.

use anyhow::Result;

use super::logins::Logins;
use crate::domain::finding::CheckReport;
use crate::domain::secret::Secret;
use crate::plan::checks::{agent, pulls};
use crate::plan::selection::{Selected, Selection};
use crate::plan::visit::{self, Sight};

/// The findings about every agent, in the order of the agents, and how each of its runtimes pulled. `login` is Docker's
/// config.json for engines that have to log in.
pub(super) async fn report(
    logins: &Logins<'_>,
    selection: &Selection,
    sights: &[Sight],
    login: Option<&Secret>,
) -> Result<CheckReport> {
    let script = visit::script(sights, login, &logins.context.holder())?;
    let outcomes = logins.run(script, &selection.targets, |agents| say!("Asking {agents}")).await?;
    let answer = |selected: &Selected| match &selected.login {
        Ok(target) => outcomes[*target].result.clone(),
        Err(error) => Err(error.clone()),
    };
    let (mut findings, mut pulled) = (Vec::new(), Vec::new());
    for selected in &selection.agents {
        let answer = answer(selected);
        findings.extend(agent::check(&selected.name, &answer, sights));
        pulled.extend(answer.iter().flat_map(|answer| pulls::of(&selected.name, answer, sights)));
    }
    Ok(CheckReport { pulls: pulled, ..CheckReport::new(findings) })
}
