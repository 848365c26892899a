//! SIGINT and SIGKILL at each stage.

use anyhow::Result;

use super::case::Case;
use super::site::Site;

/// Both, a moment after each of these stages has begun.
pub(crate) fn at(stages: &[String]) -> impl Iterator<Item = Case> {
    stages.iter().flat_map(|stage| {
        [
            case("INT", stage).ends(&[Some(130)], "regctl up again"),
            case("KILL", stage).ends(&[None, Some(137)], ""),
        ]
    })
}

fn case(signal: &'static str, stage: &str) -> Case {
    let send = move |site: &Site| -> Result<()> {
        site.shell("master", &format!("kill -{signal} $(cat /run/up.pid)")).map(drop)
    };
    Case::new(format!("sig{}-in-{stage}", signal.to_lowercase()), send).at(stage, 200)
}
