//! What the flags mean for each repository.

use std::time::Duration;

use anyhow::Result;
use time::OffsetDateTime;

use crate::domain::fault::{Fault, FaultKind};
use crate::domain::glob::Glob;
use crate::domain::repository::{Reference, RepositoryName};
use crate::plan::tag_delete::{Rule, Wish};

/// The flags that say which tags go.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Which tags")]
pub(super) struct WishArgs {
    /// Only tags that match this, to the letter; * is any text, ? any character; may be repeated.
    #[arg(long, value_name = "GLOB")]
    pattern: Vec<Glob>,
    /// Keep the N newest images of those that match, by the date that each says of itself.
    #[arg(long, value_name = "N")]
    keep: Option<usize>,
    /// Only images that are older than this: 90d, 12h.
    #[arg(long, value_name = "TIME", value_parser = crate::domain::duration::parse)]
    older_than: Option<Duration>,
    /// Delete an image also where tags that are not meant are on it: they go too.
    #[arg(long)]
    with_shared: bool,
}

impl WishArgs {
    /// What is to go from each repository. Errors, exit 2: a repository with neither tag nor rule, or with both.
    pub(super) fn wishes(
        &self,
        references: &[Reference],
        now: OffsetDateTime,
    ) -> Result<Vec<(RepositoryName, Wish)>> {
        let rule = self.rule(now)?;
        let mut wishes: Vec<(RepositoryName, Wish)> = Vec::new();
        for Reference { repository, tag } in references {
            let known = wishes.iter().position(|(name, _)| name == repository);
            let at = known.unwrap_or_else(|| {
                let wish = Wish { with_shared: self.with_shared, ..Wish::default() };
                wishes.push((repository.clone(), wish));
                wishes.len() - 1
            });
            match (tag, &rule) {
                (Some(_), Some(_)) => return Err(both(repository).into()),
                (None, None) => return Err(neither(repository).into()),
                (Some(tag), None) => drop(wishes[at].1.named.insert(tag.clone())),
                (None, Some(rule)) => wishes[at].1.rule = Some(rule.clone()),
            }
        }
        Ok(wishes)
    }

    fn rule(&self, now: OffsetDateTime) -> Result<Option<Rule>> {
        let before = self.older_than.map(|age| {
            let age = time::Duration::try_from(age).ok();
            age.and_then(|age| now.checked_sub(age)).ok_or_else(|| {
                Fault::new(FaultKind::BadValue, say!("--older-than: that long ago there was nothing"))
            })
        });
        let rule = Rule { patterns: self.pattern.clone(), keep: self.keep, before: before.transpose()? };
        Ok(Some(rule).filter(|rule| *rule != Rule::default()))
    }
}

fn both(repository: &RepositoryName) -> Fault {
    Fault::usage(say!("{repository} is given with a tag, and --pattern, --keep or --older-than find tags"))
        .hint(say!("Name tags in one run and have them found in another."))
}

fn neither(repository: &RepositoryName) -> Fault {
    Fault::new(FaultKind::MissingValue, say!("nothing says which tags of {repository} are to go")).hint(say!(
        "Name one ({repository}:TAG), or say --pattern, --keep or --older-than; --pattern '*' is all of them."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(args: &WishArgs, references: &[&str]) -> Result<Vec<(RepositoryName, Wish)>> {
        let references: Vec<Reference> = references.iter().map(|text| text.parse().expect("legal")).collect();
        args.wishes(&references, OffsetDateTime::UNIX_EPOCH)
    }

    #[test]
    fn tags_are_named_or_found_but_never_meant_by_accident() {
        let named = WishArgs::default();
        let found = WishArgs { keep: Some(3), ..WishArgs::default() };
        assert_eq!(wishes(&named, &["a:1", "b:2", "a:3"]).expect("is clear")[0].1.named.len(), 2);
        assert_eq!(wishes(&found, &["a", "b"]).expect("is clear").len(), 2);
        assert!(wishes(&named, &["a"]).is_err(), "all tags of a repository are not one word away");
        assert!(wishes(&found, &["a:1"]).is_err());
        let ages = WishArgs { older_than: Some(Duration::MAX), ..WishArgs::default() };
        assert!(wishes(&ages, &["a"]).is_err());
    }
}
