//! Which tags are meant: those that are named, and those that a rule finds.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use crate::domain::glob::Glob;
use crate::domain::repository::Tag;

/// What is to go from one repository.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wish {
    /// Tags that are named.
    pub named: BTreeSet<Tag>,
    /// A rule that finds others.
    pub rule: Option<Rule>,
    /// Whether tags that are on the same manifest may go too.
    pub with_shared: bool,
}

/// A rule: what matches it is meant.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rule {
    /// Only tags that match one of these; all where there is none.
    pub patterns: Vec<Glob>,
    /// The newest images of them stay, so many.
    pub keep: Option<usize>,
    /// Only images that were made before this.
    pub before: Option<OffsetDateTime>,
}

impl Rule {
    /// Whether it asks when an image was made.
    pub const fn is_about_dates(&self) -> bool {
        self.keep.is_some() || self.before.is_some()
    }

    fn matches(&self, tag: &Tag) -> bool {
        self.patterns.is_empty() || self.patterns.iter().any(|pattern| pattern.matches_exactly(tag.as_str()))
    }
}

/// The tags that are meant, and those that a rule says nothing of.
pub(super) struct Found {
    /// Those that are to go.
    pub(super) meant: BTreeSet<Tag>,
    /// Those whose images do not say when they were made.
    pub(super) undated: Vec<Tag>,
}

/// What is meant of `tags`, each with the date of their image and what tells it from others.
pub(super) fn found<I: Ord>(tags: &[(&Tag, Option<OffsetDateTime>, &I)], wish: &Wish) -> Found {
    let mut found = Found { meant: wish.named.clone(), undated: Vec::new() };
    let Some(rule) = &wish.rule else { return found };
    let candidates = || tags.iter().filter(|(tag, ..)| rule.matches(tag));
    if !rule.is_about_dates() {
        found.meant.extend(candidates().map(|(tag, ..)| (*tag).clone()));
        return found;
    }
    let mut images: Vec<_> =
        candidates().filter_map(|(_, created, image)| Some(((*created)?, *image))).collect();
    images.sort_unstable();
    images.dedup();
    let newest: BTreeSet<&I> =
        images.iter().rev().take(rule.keep.unwrap_or(0)).map(|(_, image)| *image).collect();
    for (tag, created, image) in candidates() {
        match created {
            None => found.undated.push((*tag).clone()),
            Some(created)
                if !newest.contains(image) && rule.before.is_none_or(|before| *created < before) =>
            {
                found.meant.insert((*tag).clone());
            }
            Some(_) => {}
        }
    }
    found
}
