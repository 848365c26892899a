//! The script that carries out what was decided about an engine.

use anyhow::Result;
use serde_json::{Value, json};

use super::decide::{Activation, EnginePlan, Verdict};
use super::draft::File;
use crate::domain::script::RemoteScript;
use crate::plan::script::{self, Mode};

const TEMPLATE: &str = include_str!("../../../templates/engine-change.sh.hbs");

/// Renders it; it goes to the agent that the plan was made for, in the same login.
pub(super) fn script(plan: &EnginePlan, mode: Mode, holder: &str) -> Result<RemoteScript> {
    let waits = plan.steps.iter().any(|(_, verdict)| matches!(verdict, Verdict::Waits(_)));
    let (reload, idle, partial, lacks_mirrors) = match &plan.activation {
        Activation::Reload { without_mirrors, lacks_mirrors } => {
            (true, "", without_mirrors.as_deref().unwrap_or_default(), *lacks_mirrors)
        }
        Activation::Nothing(why) => (false, *why, "", false),
        Activation::Restart => (false, "", "", false),
    };
    let values = json!({
        "steps": plan.steps.iter().map(|(list, verdict)| step(list.step(), verdict, waits)).collect::<Vec<_>>(),
        "files": plan.files.iter().map(file).collect::<Vec<_>>(),
        "config": plan.config,
        "notes": plan.notes.text(),
        "waits": waits,
        "reload": reload,
        "restart": plan.activation == Activation::Restart,
        "idle": idle,
        "partial": partial,
        "lacks_mirrors": lacks_mirrors,
        "why": if plan.moves { "move" } else { "engine" },
        "containers": if plan.live_restore { "its containers went on (live-restore)" } else { "its containers with it" },
        "shows": plan.shows,
        "hides": plan.hides,
        "engine": waits || plan.activation != Activation::Nothing(""),
    });
    script::render(TEMPLATE, mode, holder, &values)
}

fn step(name: &str, verdict: &Verdict, waits: bool) -> Value {
    let (kind, words) = match verdict {
        Verdict::Fine(words) => ("fine", words),
        Verdict::Waits(words) => ("waits", words),
        Verdict::Done(words) if waits => ("waits", words),
        Verdict::Done(words) => ("settle", words),
    };
    json!({ "name": name, "kind": kind, "words": words })
}

fn file(file: &File) -> Value {
    json!({
        "path": file.path,
        "folder": file.path.rsplit_once('/').map_or("", |(folder, _)| folder),
        "mode": file.mode,
        "there": file.was.is_some(),
        "was": file.was.as_deref().unwrap_or_default(),
        "stays": file.becomes.is_some(),
        "becomes": file.becomes.as_deref().unwrap_or_default(),
    })
}
