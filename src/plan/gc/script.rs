//! The scripts of a collection, and what they say.

use anyhow::Result;
use serde_json::{Value, json};

use super::collector::Collector;
use crate::domain::gc::Garbage;
use crate::domain::script::{Answer, RemoteScript};
use crate::plan::script::{self, Mode};

const GC: &str = include_str!("../../../templates/gc.sh.hbs");

/// What a script does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Say what would be deleted.
    Look,
    /// Delete it.
    Collect,
    /// End a collection that nobody waits for any more.
    Clear,
}

/// What becomes of manifests that no tag leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untagged {
    /// They are garbage.
    Delete,
    /// They stay, with their layers.
    Keep,
}

/// The script. It ends with whoever waits for it: a collection that goes on while the registry runs again loses images.
pub fn script(act: Act, collector: &Collector, untagged: Untagged, holder: &str) -> Result<RemoteScript> {
    let Collector { image, config, env, words, data, name } = collector;
    // A look must never be in the way of a collection.
    let name = if act == Act::Look { format!("{name}-look") } else { name.clone() };
    let env: Vec<Value> =
        env.iter().map(|(name, value)| json!({ "name": name, "value": value.expose() })).collect();
    let (word, mode) = match act {
        Act::Look => ("look", Mode::Check),
        Act::Collect => ("collect", Mode::Apply),
        Act::Clear => ("clear", Mode::Apply),
    };
    let values = json!({
        "act": word,
        "image": image,
        "name": name,
        "config": config,
        "env": env,
        "words": words,
        "data": data.as_ref().map_or("", |folder| folder.as_str()),
        "untagged": untagged == Untagged::Delete,
    });
    Ok(script::render(GC, mode, holder, &values)?.on_a_leash())
}

/// What a host said of the garbage; `None` where it makes no sense.
pub fn garbage(answer: &Answer) -> Option<Garbage> {
    let number = |key: &str| answer.facts.get(key).and_then(|text| text.trim().parse().ok());
    // Of an empty registry nothing is counted.
    let count = |key: &str| match answer.facts.get(key).map_or("", |text| text.trim()) {
        "" => Some(0),
        text => text.parse().ok(),
    };
    Some(Garbage {
        storage: number("before"),
        blobs: count("blobs")?,
        manifests: count("manifests")?,
        parts: count("parts")?,
        bytes: number("bytes"),
    })
}

/// The size of the storage after a collection, where it is a folder.
pub fn size_after(answer: &Answer) -> Option<u64> {
    answer.facts.get("after")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::domain::secret::Secret;
    use crate::plan::facts::tests::answer;

    fn text(act: Act, untagged: Untagged) -> String {
        let collector = Collector {
            image: "registry:2".to_owned(),
            config: "/etc/regctl/config.yml".to_owned(),
            env: vec![("REGISTRY_STORAGE_S3_SECRETKEY".to_owned(), Secret::new("it's $(hidden)"))],
            words: vec!["-v".to_owned(), "/data/my images:/var/lib/registry".to_owned()],
            data: Some("/data/my images".parse().expect("a folder")),
            name: "regctl-gc-registry".to_owned(),
        };
        let script = script(act, &collector, untagged, "it's me").expect("renders");
        assert!(script.is_on_a_leash());
        let checked = Command::new("sh").args(["-n", "-c", script.text()]).status().expect("sh runs");
        assert!(checked.success());
        script.text().to_owned()
    }

    #[test]
    fn each_script_is_shell_and_no_secret_is_a_word_of_a_command() {
        for act in [Act::Look, Act::Collect, Act::Clear] {
            let text = text(act, Untagged::Delete);
            let secret: Vec<_> = text.lines().filter(|line| line.contains("hidden")).collect();
            assert!(secret.len() == 1 && secret[0].trim_start().starts_with("export "), "{secret:?}");
            assert!(text.contains("'/data/my images:/var/lib/registry' \"$image\""), "{text}");
        }
    }

    #[test]
    fn a_look_has_a_name_of_its_own_and_writes_nothing() {
        let look = text(Act::Look, Untagged::Keep);
        assert!(look.contains("name='regctl-gc-registry-look'") && look.contains("check=1\n"), "{look}");
        assert!(look.contains("untagged=\n"), "{look}");
        let collect = text(Act::Collect, Untagged::Delete);
        assert!(
            collect.contains("name='regctl-gc-registry'") && collect.contains("untagged=--delete-untagged\n")
        );
    }

    #[test]
    fn what_is_not_told_is_none_and_what_makes_no_sense_is_no_answer() {
        let told = answer(&[
            ("before", "4096"),
            ("blobs", "3"),
            ("manifests", "1"),
            ("bytes", "77"),
            ("after", "1024"),
        ]);
        let expected = Garbage { storage: Some(4096), blobs: 3, manifests: 1, parts: 0, bytes: Some(77) };
        assert_eq!((garbage(&told), size_after(&told)), (Some(expected), Some(1024)));
        // Of an empty registry in a bucket.
        assert_eq!(garbage(&answer(&[("blobs", "")])), Some(Garbage::default()));
        assert_eq!(garbage(&answer(&[("blobs", "many")])), None);
    }
}
