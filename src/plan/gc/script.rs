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
    let count = |key: &str| {
        answer
            .facts
            .get(key)
            .map_or(Some(0), |text| if text.trim().is_empty() { Some(0) } else { text.trim().parse().ok() })
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
