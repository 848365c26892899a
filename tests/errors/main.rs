//! Errors: that docs/errors.md lists every one that the source can make, and that real ones are plain.

mod document;
mod finder;
mod plain;
mod sites;
mod source;
mod template;
mod texts;
mod walk;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regctl::domain::agent::AgentErrorKind;
use regctl::domain::fault::FaultKind;

use sites::Said;

/// What each file of the source says that is wrong; read once, as it takes a second.
static SAID: LazyLock<Vec<Said>> = LazyLock::new(|| source::files().iter().map(finder::said).collect());

#[test]
fn every_error_in_the_source_can_be_read() {
    let unread: Vec<_> = SAID.iter().flat_map(|it| &it.unread).map(String::as_str).collect();
    assert!(
        unread.is_empty(),
        "docs/errors.md cannot list these; write the message as a literal or a template, and the kind by its name:\n{}",
        unread.join("\n")
    );
}

#[test]
fn every_kind_is_made_somewhere() {
    let made = |table: &str, variant: &str| {
        let mut sites = SAID.iter().flat_map(|it| &it.sites);
        sites.any(|site| site.table == table && site.kinds.iter().any(|kind| kind == variant))
    };
    let faults = FaultKind::ALL.iter().map(|kind| ("FaultKind", kind.variant()));
    let agents = AgentErrorKind::ALL.iter().map(|kind| ("AgentErrorKind", kind.variant()));
    let unused: Vec<_> = faults.chain(agents).filter(|(table, variant)| !made(table, variant)).collect();
    assert!(unused.is_empty(), "nothing makes these: {unused:?}");
}

#[test]
fn the_page_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors.md");
    let page = document::page(&SAID);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &page).expect("docs can be written to");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    let differs = page.lines().zip(there.lines()).find(|(new, old)| new != old);
    assert!(
        page == there,
        "docs/errors.md is not fresh (UPDATE_GOLDEN=1 cargo test --test errors writes it); first: {differs:?}"
    );
}
