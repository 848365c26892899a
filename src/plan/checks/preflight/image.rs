//! The `host-image` check: whether the registry's image is on its host, or can come there.

use crate::domain::deploy::Image;
use crate::domain::finding::Finding;
use crate::plan::engine::settings::EngineSettings;
use crate::plan::facts::Facts;

/// The finding about the registry's host.
pub(super) fn check(facts: &Facts<'_>, settings: &EngineSettings, image: &Image) -> Finding {
    const NAME: &str = "host-image";
    if facts.get("docker").is_none() {
        let hint =
            say!("The registry runs in Docker Engine: install it there, or name another agent with --host.");
        return Finding::fail(NAME, "no-engine", say!("there is no Docker Engine to run it"), hint);
    }
    if settings.told("Server Version").is_none() {
        let hint = say!("Start it first: systemctl start docker.");
        return Finding::fail(NAME, "engine-down", say!("its Docker Engine does not answer"), hint);
    }
    if let Some(id) = facts.get("image.id") {
        let short = id.trim_start_matches("sha256:").get(..12).unwrap_or(id);
        return Finding::pass(NAME, say!("{image} is there ({short})"));
    }
    let archive = say!(
        "Where no outside registry can be reached: docker save {image} >registry.tar elsewhere, then regctl deploy \
         --image-archive registry.tar."
    );
    match facts.get("image.remote") {
        Some("there") => Finding::pass(NAME, say!("{image} is not there, but its registry has it")),
        Some(words) => {
            let words = words.trim_start_matches("failed ");
            Finding::fail(NAME, "not-pullable", say!("{image} is not there, and {words}"), archive)
        }
        None => Finding::warn(NAME, "not-there", say!("{image} is not there: the first start pulls it"))
            .hint(say!("--look-up-image asks its registry whether it can be. {archive}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Status;
    use crate::plan::facts::tests::answer;

    fn found(facts: &[(&str, &str)]) -> Finding {
        let answer = answer(facts);
        let facts = Facts::of(&answer);
        check(&facts, &EngineSettings::read(&facts), &"registry:2.8.3".parse().expect("an image"))
    }

    #[test]
    fn an_image_is_there_or_can_come() {
        let engine = [("docker", "there"), ("info#", " Server Version: 20.10.24\n")];
        let with = |more: &[(&'static str, &'static str)]| found(&[&engine, more].concat());
        let there = with(&[("image.id", "sha256:00112233445566778899")]);
        assert_eq!(
            (there.status, there.detail.as_str()),
            (Status::Pass, "registry:2.8.3 is there (001122334455)")
        );
        assert_eq!(with(&[("image.remote", "there")]).status, Status::Pass);
        assert_eq!(with(&[]).cause, Some("not-there"));
        let failed = with(&[("image.remote", "failed dial tcp: i/o timeout")]);
        assert_eq!((failed.status, failed.cause), (Status::Fail, Some("not-pullable")));
        assert!(failed.hint.expect("a hint").contains("--image-archive"));
        assert_eq!(found(&[("docker", "there")]).cause, Some("engine-down"));
        assert_eq!(found(&[]).cause, Some("no-engine"));
        assert_eq!(with(&[("image.id", "é")]).status, Status::Pass);
    }
}
