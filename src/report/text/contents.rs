//! What is in a registry, for people: tags and their images.

use time::OffsetDateTime;

use super::paint::Paint;
use super::table::table;
use crate::domain::size;
use crate::domain::tag_ls::{TagEntry, TagList, TagLsReport};

/// A table of tags for each repository.
pub(super) fn tags(report: &TagLsReport, paint: Paint) -> String {
    let several = report.repositories.len() > 1;
    let lists: Vec<String> = report.repositories.iter().map(|list| tag_list(list, several, paint)).collect();
    lists.join("\n")
}

fn tag_list(list: &TagList, named: bool, paint: Paint) -> String {
    let name = if named { format!("{}\n", paint.bold(list.repository.as_str())) } else { String::new() };
    if !list.found {
        return paint.bad(&say!("there is no repository {}", list.repository)) + "\n";
    }
    if list.tags.is_empty() {
        return say!("{name}{} has no tags\n", list.repository);
    }
    let rows = list.tags.iter().map(tag_row).collect();
    name + &table([say!("TAG"), say!("DIGEST"), say!("SIZE"), say!("CREATED"), say!("TYPE")], rows, paint)
}

fn tag_row(entry: &TagEntry) -> [String; 5] {
    let none = || "-".to_owned();
    let digest = entry.digest.as_ref().map(|digest| digest.short().to_owned());
    let name = digest.or_else(|| entry.image.as_ref().map(|id| id.short().to_owned()));
    [
        entry.tag.to_string(),
        name.unwrap_or_else(|| say!("gone").to_owned()),
        entry.size.map_or_else(none, size::spell),
        date(entry.created),
        entry.media_type.as_deref().map_or_else(none, kind),
    ]
}

/// `2024-05-06 07:08`, or a line where there is no date.
pub(super) fn date(at: Option<OffsetDateTime>) -> String {
    let spell = |at: OffsetDateTime| {
        let at = at.to_offset(time::UtcOffset::UTC);
        format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
    };
    at.map_or_else(|| "-".to_owned(), spell)
}

/// The part of a media type that says something: `docker manifest.v2`.
fn kind(media_type: &str) -> String {
    let bare = media_type.trim_start_matches("application/vnd.").trim_end_matches("+json");
    bare.replace("docker.distribution.", "docker ").replace("oci.image.", "oci ")
}
