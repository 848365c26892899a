//! Whether images can be copied to where the registry is to run, and the scripts that do it.

use anyhow::Result;
use serde_json::{Value, json};

use super::script::{self, Mode};
use crate::domain::app_definition::AppDefinition;
use crate::domain::data_move::{Contents, DataMove, Place};
use crate::domain::host_folder::overlap;
use crate::domain::script::{Answer, RemoteScript};

const MOVE: &str = include_str!("../../templates/move.sh.hbs");

/// What a script of a move does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Say what the old folder holds.
    Measure,
    /// Say whether the new folder is free and has room.
    Room,
    /// Write the old folder as a stream.
    Send,
    /// Make the new folder, of the stream or, on one host, of the old folder itself.
    Receive,
}

/// The way of the images from the app that runs to the one that is wanted; `None` where they stay where they are, or
/// where there is no app yet. Errors: they are not in a folder of one host, before or after.
pub fn data_move(current: Option<&Value>, wanted: &Value) -> Result<Option<DataMove>, String> {
    let read = |app: &Value| serde_json::from_value::<AppDefinition>(app.clone()).ok();
    let (Some(old), Some(new)) = (current.and_then(read), read(wanted)) else { return Ok(None) };
    let (from, to) = (place(&old, say!("the app that runs"))?, place(&new, say!("the app that is wanted"))?);
    if from == to {
        return Ok(None);
    }
    if from.host == to.host && overlap(from.path.as_str(), to.path.as_str()) {
        return Err(say!("{from} and {to} are one inside the other"));
    }
    Ok(Some(DataMove { from, to }))
}

fn place(app: &AppDefinition, which: &str) -> Result<Place, String> {
    if app.instances.unwrap_or(1) > 1 {
        return Err(say!("{which} has several instances"));
    }
    let folder =
        app.bound_folder().ok_or_else(|| say!("{which} keeps its images in no host's own folder"))?;
    let host = app.pinned_host().ok_or_else(|| say!("{which} is not pinned to one host"))?;
    let host = host.parse().map_err(|_| say!("{which} is not pinned to one host"))?;
    Ok(Place { host, path: folder.parse()? })
}

/// One of the scripts of a move. `contents` is what [`Act::Measure`] said, once it has; `holder` is who runs it, as of
/// [`script::render`].
pub fn script(act: Act, way: &DataMove, contents: Option<&Contents>, holder: &str) -> Result<RemoteScript> {
    let word = match act {
        Act::Measure => "measure",
        Act::Room => "room",
        Act::Send => "send",
        Act::Receive => "receive",
    };
    let relayed = act == Act::Receive && way.from.host != way.to.host;
    let values = json!({
        "act": word,
        "from": way.from.path,
        "to": way.to.path,
        "sum": contents.map_or("", |it| it.sum.as_str()),
        "kib": contents.map_or(0, |it| it.kib),
        "relayed": relayed,
    });
    let looks = matches!(act, Act::Measure | Act::Room);
    let script = script::render(MOVE, if looks { Mode::Check } else { Mode::Apply }, holder, &values)?;
    Ok(if relayed { script.with_relayed_payload() } else { script })
}

/// What a host said to [`Act::Measure`]; `None` where it makes no sense.
pub fn contents(answer: &Answer) -> Option<Contents> {
    let number = |key: &str| answer.facts.get(key)?.trim().parse().ok();
    let sum = answer.facts.get("sum").filter(|sum| !sum.is_empty())?;
    Some(Contents { kib: number("kib")?, files: number("files")?, sum: sum.clone() })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    fn app(host: &str, folder: &str) -> Value {
        json!({"constraints": [["hostname", "CLUSTER", host]],
            "container": {"volumes": [{"containerPath": "/c", "hostPath": "/c", "mode": "RO"},
                {"containerPath": "/var/lib/registry", "hostPath": folder, "mode": "RW"}]}})
    }

    #[test]
    fn the_way_is_from_the_running_apps_folder_to_the_wanted_ones() {
        let way = |from: (&str, &str), to: (&str, &str)| {
            data_move(Some(&app(from.0, from.1)), &app(to.0, to.1))
                .map(|way| way.map(|way| format!("{} -> {}", way.from, way.to)))
        };
        assert_eq!(way(("a1", "/d/r"), ("a1", "/d/r")), Ok(None));
        assert_eq!(way(("a1", "/d/r"), ("a2", "/d/r")), Ok(Some("a1:/d/r -> a2:/d/r".to_owned())));
        assert_eq!(way(("a1", "/d/r"), ("a1", "/e/r")), Ok(Some("a1:/d/r -> a1:/e/r".to_owned())));
        assert!(way(("a1", "/d/r"), ("a1", "/d/r/new")).is_err());
        assert!(way(("a1", "/d/r"), ("a2", "/d/r/new")).is_ok());
        assert_eq!(data_move(None, &app("a1", "/d/r")), Ok(None));
    }

    #[test]
    fn images_that_are_in_no_hosts_own_folder_are_not_copied() {
        let wanted = app("a2", "/d/r");
        let mut several = app("a1", "/d/r");
        several["instances"] = 2.into();
        let shared = json!({"constraints": [["hostname", "CLUSTER", "a1"]], "container": {"volumes": []}});
        for current in [several, shared, json!({"container": app("", "/d/r")["container"]})] {
            assert!(data_move(Some(&current), &wanted).is_err(), "{current}");
        }
    }

    fn run(root: &Path, script: &RemoteScript) -> String {
        let text = script.call(&"0".repeat(32));
        let text = text.replace("state=/var/lib/regctl", &format!("state={}/state", root.display()));
        let output = Command::new("sh").arg("-c").arg(text).output().expect("sh runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn folder(root: &Path, name: &str) -> Place {
        let path = root.join(name).to_str().expect("is text").parse().expect("is a folder");
        Place { host: "a1".parse().expect("a host"), path }
    }

    #[test]
    fn a_copy_on_one_host_is_whole_or_not_there_at_all() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join(name);
        fs::create_dir_all(at("old/docker/it's")).expect("makes");
        fs::write(at("old/docker/it's/data"), "layer").expect("writes");
        fs::set_permissions(at("old/docker"), fs::Permissions::from_mode(0o700)).expect("sets");
        let way = DataMove { from: folder(root.path(), "old"), to: folder(root.path(), "new") };
        let said = run(root.path(), &script(Act::Measure, &way, None, "ann@here").expect("renders"));
        let fact = |key: &str| {
            let line = said.lines().find_map(|line| line.split_once(&format!("fact {key}=")));
            line.unwrap_or_else(|| panic!("{said}")).1.trim().to_owned()
        };
        assert_eq!(fact("files"), "1");
        let real = Contents { kib: 1, files: 1, sum: fact("sum") };
        let receive = |contents: &Contents| {
            run(root.path(), &script(Act::Receive, &way, Some(contents), "ann@here").expect("renders"))
        };
        let false_sum = Contents { sum: "1 2".to_owned(), ..real.clone() };
        assert!(receive(&false_sum).contains("the copy is not what was there"));
        let too_large = Contents { kib: 1 << 50, ..real.clone() };
        assert!(receive(&too_large).contains("KiB free"));
        assert!(!at("new").exists() && !at(".new.regctl-move").exists());
        let said = receive(&real);
        assert!(said.contains("end ok"), "{said}");
        assert_eq!(fs::read_to_string(at("new/docker/it's/data")).expect("is there"), "layer");
        assert_eq!(fs::metadata(at("new/docker")).expect("is there").permissions().mode() & 0o777, 0o700);
        assert!(at("old/docker/it's/data").exists());
        assert!(receive(&real).contains("is not empty"));
    }
}
