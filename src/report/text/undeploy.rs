//! What `undeploy` took away and what it left.

use std::fmt::Write as _;

use super::paint::Paint;
use crate::domain::change::Change;
use crate::domain::size;
use crate::domain::undeploy::{FolderFate, UndeployReport};

/// What was done, or would be.
pub(super) fn undeployed(report: &UndeployReport, paint: Paint) -> String {
    let name = report.container.as_deref().unwrap_or(report.app_id.as_str());
    let id = paint.bold(name);
    let mut text = match (report.change, report.gone, &report.container) {
        (Change::Drifted, ..) => say!("{id} would be deleted.\n"),
        (Change::Removed, _, Some(_)) => say!("Stopped and removed the container {id}.\n"),
        (Change::Removed, Some(true), None) => say!("Deleted {id}; its last task is gone.\n"),
        (Change::Removed, _, None) => say!("Deleted {id}; its tasks were not waited for.\n"),
        (_, _, Some(_)) => say!("Unchanged: there is no container {id}.\n"),
        (_, _, None) => say!("Unchanged: there is no app {id}.\n"),
    };
    for folder in &report.folders {
        let _ = writeln!(text, "  {}", fate(folder, paint));
    }
    if report.change == Change::Removed && report.folders.iter().any(|it| it.change == Change::Unchanged) {
        text.push_str(say!("Next: regctl deploy brings it back with them.\n"));
    }
    text
}

fn fate(folder: &FolderFate, paint: Paint) -> String {
    let FolderFate { host, path, bytes, change } = folder;
    let size = bytes.map_or_else(String::new, |bytes| format!(", {}", size::spell(bytes)));
    match change {
        Change::Drifted => paint.bad(&say!("would be removed  {host}:{path}{size}")),
        Change::Removed => say!("removed  {host}:{path}{size}"),
        _ => say!("stays  {host}:{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::Exit;
    use crate::report::Style;

    #[test]
    fn a_container_is_not_told_of_as_an_app_with_tasks() {
        let report = |change, container: Option<&str>| UndeployReport {
            dry_run: false,
            app_id: "/infra/registry".parse().expect("an id"),
            container: container.map(str::to_owned),
            change,
            deployment_id: None,
            gone: Some(true),
            folders: Vec::new(),
            exit: Exit::Done,
        };
        let told = |change, container| undeployed(&report(change, container), Paint::new(Style::PLAIN));
        let name = Some("infra-registry");
        assert_eq!(told(Change::Removed, name), "Stopped and removed the container infra-registry.\n");
        assert_eq!(told(Change::Unchanged, name), "Unchanged: there is no container infra-registry.\n");
        assert_eq!(told(Change::Removed, None), "Deleted /infra/registry; its last task is gone.\n");
    }
}
