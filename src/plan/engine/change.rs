//! The script that carries out what was decided about an engine.

use anyhow::Result;
use serde_json::{Value, json};

use super::draft::File;
use super::plan::{EnginePlan, Reload, Telling, Told, Verdict};
use crate::domain::script::RemoteScript;
use crate::plan::script::{self, Mode};

const TEMPLATE: &str = include_str!("../../../templates/engine-change.sh.hbs");

/// Renders it; it goes to the agent that the plan was made for, in the same login.
pub(super) fn script(plan: &EnginePlan, mode: Mode, holder: &str) -> Result<RemoteScript> {
    let (reloads, idle) = match &plan.telling {
        Telling::Reloads(reloads) => (reloads.as_slice(), ""),
        Telling::Nothing(why) => (&[][..], *why),
        Telling::Restart | Telling::Later => (&[][..], ""),
    };
    let later = plan.telling == Telling::Later;
    let lines =
        |of: fn(&Told) -> &Vec<String>| plan.told.iter().flat_map(of).cloned().collect::<Vec<_>>().join("\n");
    let containers = if plan.live_restore {
        say!("its containers went on (live-restore)")
    } else {
        say!("its containers with it")
    };
    let values = json!({
        "steps": plan.steps.iter().map(|(list, verdict)| step(list.step(), verdict, later)).collect::<Vec<_>>(),
        "files": plan.files.iter().map(file).collect::<Vec<_>>(),
        "config": plan.config,
        "notes": plan.notes.text(),
        "restored": plan.restored,
        "forgotten": plan.forgotten,
        "clears": !plan.forgotten.is_empty(),
        "tells": plan.telling != Telling::Nothing(""),
        "later": later,
        "restart": plan.telling == Telling::Restart,
        "reloads": reloads.iter().map(reload).collect::<Vec<_>>(),
        "idle": idle,
        "why": if plan.moves { "move" } else { "engine" },
        "containers": containers,
        "shows": lines(|told| &told.shows),
        "hides": lines(|told| &told.hides),
    });
    script::render(TEMPLATE, mode, holder, &values)
}

fn step(name: &str, verdict: &Verdict, later: bool) -> Value {
    let (kind, words) = match verdict {
        Verdict::Fine(words) => ("fine", words),
        Verdict::Waits(words) => ("waits", words),
        Verdict::Done(words) if later => ("waits", words),
        Verdict::Done(words) => ("settle", words),
    };
    json!({ "name": name, "kind": kind, "words": words })
}

fn reload(reload: &Reload) -> Value {
    json!({ "text": reload.text, "shows": reload.shows.join("\n"), "hides": reload.hides.join("\n") })
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
