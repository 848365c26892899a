//! Which tags came back.

use std::fmt::Write as _;

use super::paint::Paint;
use crate::domain::tag_restore::{RestoreFate, RestoredTag, TagRestoreReport};

/// One line for each tag, then what to do about those that did not come back.
pub(super) fn told(report: &TagRestoreReport, paint: Paint) -> String {
    let mut text = String::new();
    for RestoredTag { repository, tag, fate, detail, .. } in &report.tags {
        let word = match fate {
            RestoreFate::Failed => paint.bad(fate.word()),
            RestoreFate::Taken => paint.warn(fate.word()),
            _ => fate.word().to_owned(),
        };
        let detail = detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
        let _ = writeln!(text, "{word}  {repository}:{tag}{detail}");
    }
    let any = |fate| report.tags.iter().any(|tag| tag.fate == fate);
    if any(RestoreFate::Failed) {
        text.push_str(say!(
            "A registry that says MANIFEST_BLOB_UNKNOWN has lost the layers: garbage was collected since.\n"
        ));
    }
    if any(RestoreFate::Taken) {
        text.push_str(say!("With --force the tags that are taken come back, too.\n"));
    }
    text
}
