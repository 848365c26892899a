//! Which images go when tags are to be deleted. A registry deletes manifests, and with one every tag that is on it: so
//! what goes is decided by manifest, and none goes that somebody else's tag needs.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::tag_wish::{Found, found};
pub use super::tag_wish::{Rule, Wish};
use crate::domain::holdings::Holdings;
use crate::domain::image::Digest;
use crate::domain::manifest::Manifest;
use crate::domain::old_registry::ImageId;
use crate::domain::repository::{RepositoryName, Tag};
use crate::domain::tag_delete::{Deletion, Fate, Reason, Refusal, RepositoryPlan};

/// What is decided about a repository.
pub fn plan(held: &Holdings, wish: &Wish) -> RepositoryPlan {
    let dates: BTreeMap<&Digest, OffsetDateTime> =
        held.tags.values().filter_map(|digest| Some((digest, held.created(digest)?))).collect();
    let tags: Vec<(&Tag, Option<OffsetDateTime>, &Digest)> =
        held.tags.iter().map(|(tag, digest)| (tag, dates.get(digest).copied(), digest)).collect();
    let Found { meant, undated } = found(&tags, wish);
    let mut meant_on: BTreeMap<&Digest, Vec<Tag>> = BTreeMap::new();
    for (tag, digest) in held.tags.iter().filter(|(tag, _)| meant.contains(tag)) {
        meant_on.entry(digest).or_default().push(tag.clone());
    }
    let (going, refused) = judge(held, meant_on, wish);
    let deletion = |(digest, tags): (&Digest, Vec<Tag>)| Deletion {
        shared: held.tags_on(digest).into_iter().filter(|tag| !tags.contains(tag)).collect(),
        created: dates.get(digest).copied(),
        parts: parts(held, digest),
        digest: Some(digest.clone()),
        image: None,
        fate: Fate::Planned,
        tags,
    };
    let mut deletions: Vec<Deletion> = going.into_iter().map(deletion).collect();
    // A list goes before its parts: no list is ever there without them.
    deletions.sort_by_key(|it| Reverse(it.parts));
    let gone: usize = deletions.iter().map(|it| it.tags.len() + it.shared.len()).sum();
    RepositoryPlan {
        repository: held.repository.clone(),
        tags_left: held.tags.len() - gone,
        missing: wish.named.iter().filter(|tag| !held.tags.contains_key(*tag)).cloned().collect(),
        deletions,
        refused,
        undated,
    }
}

/// The same for a registry of version 1, where a tag goes alone; `tags` with their images and dates.
pub fn plan_old(
    repository: &RepositoryName,
    tags: &[(Tag, ImageId, Option<OffsetDateTime>)],
    wish: &Wish,
) -> RepositoryPlan {
    let dated: Vec<(&Tag, Option<OffsetDateTime>, &ImageId)> =
        tags.iter().map(|(tag, image, created)| (tag, *created, image)).collect();
    let Found { meant, undated } = found(&dated, wish);
    let going = tags.iter().filter(|(tag, ..)| meant.contains(tag));
    let deletion = |(tag, image, created): &(Tag, ImageId, Option<OffsetDateTime>)| Deletion {
        digest: None,
        image: Some(image.clone()),
        tags: vec![tag.clone()],
        shared: Vec::new(),
        created: *created,
        parts: 0,
        fate: Fate::Planned,
    };
    let deletions: Vec<Deletion> = going.map(deletion).collect();
    let is_there = |wanted: &Tag| tags.iter().any(|(tag, ..)| tag == wanted);
    RepositoryPlan {
        repository: repository.clone(),
        tags_left: tags.len() - deletions.len(),
        missing: wish.named.iter().filter(|tag| !is_there(tag)).cloned().collect(),
        deletions,
        refused: Vec::new(),
        undated,
    }
}

/// Takes out what has to stay, until nothing that stays needs anything that goes.
fn judge<'a>(
    held: &Holdings,
    mut going: BTreeMap<&'a Digest, Vec<Tag>>,
    wish: &Wish,
) -> (BTreeMap<&'a Digest, Vec<Tag>>, Vec<Refusal>) {
    let mut refused = Vec::new();
    loop {
        let objection = going.iter().find_map(|(digest, tags)| {
            let (why, because_of) = objection(held, digest, (tags, &going, wish.with_shared))?;
            Some((*digest, why, because_of))
        });
        let Some((digest, why, because_of)) = objection else { return (going, refused) };
        let tags = going.remove(digest).unwrap_or_default();
        let named = tags.iter().any(|tag| wish.named.contains(tag));
        refused.push(Refusal { digest: digest.clone(), tags, why, because_of, named });
    }
}

type Going<'a, 'b> = (&'b [Tag], &'b BTreeMap<&'a Digest, Vec<Tag>>, bool);

/// Why a manifest has to stay, and the tags that need it.
fn objection(
    held: &Holdings,
    digest: &Digest,
    (tags, going, with_shared): Going<'_, '_>,
) -> Option<(Reason, Vec<Tag>)> {
    let others: Vec<Tag> = held.tags_on(digest).into_iter().filter(|tag| !tags.contains(tag)).collect();
    if !others.is_empty() && !with_shared {
        return Some((Reason::Shared, others));
    }
    let stays = |list: &Digest| list != digest && !going.contains_key(list);
    let needs = |(_, list): &(&Tag, &Digest)| stays(list) && held.family(list).contains_key(digest);
    let lists: Vec<Tag> = held.tags.iter().filter(needs).map(|(tag, _)| tag.clone()).collect();
    (!lists.is_empty()).then_some((Reason::PartOfList, lists))
}

/// How many images a list names.
fn parts(held: &Holdings, digest: &Digest) -> usize {
    match held.manifests.get(digest).map(|stored| &stored.manifest) {
        Some(Manifest::Index { manifests }) => manifests.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;
    use crate::domain::manifest::{Descriptor, StoredManifest};

    const NOW: OffsetDateTime = datetime!(2024-06-01 0:00 UTC);

    fn digest(name: &str) -> Digest {
        Digest::of(name.as_bytes())
    }

    fn tag(text: &str) -> Tag {
        text.parse().expect("legal")
    }

    /// `tag=image` pairs, `image@days` ages and `list>image,image` lists.
    fn held(lines: &[&str]) -> Holdings {
        let mut held = Holdings::empty("team/app".parse().expect("legal"));
        for line in lines {
            if let Some((name, image)) = line.split_once('=') {
                let config = Descriptor { digest: digest("config"), size: 1 };
                let manifest = Manifest::Image { config, layers: vec![] };
                held.tags.insert(tag(name), digest(image));
                held.manifests.entry(digest(image)).or_insert_with(|| stored(image, manifest));
            } else if let Some((image, days)) = line.split_once('@') {
                held.created.insert(digest(image), NOW - Duration::days(days.parse().expect("a number")));
            } else if let Some((list, images)) = line.split_once('>') {
                let manifests = images.split(',').map(digest).collect();
                held.manifests.insert(digest(list), stored(list, Manifest::Index { manifests }));
            }
        }
        held
    }

    fn stored(name: &str, manifest: Manifest) -> StoredManifest {
        StoredManifest { digest: digest(name), media_type: String::new(), bytes: vec![], manifest }
    }

    fn named(tags: &[&str]) -> Wish {
        Wish { named: tags.iter().map(|text| tag(text)).collect(), ..Wish::default() }
    }

    fn rule(pattern: &str, keep: Option<usize>, days: Option<i64>) -> Wish {
        let patterns = if pattern.is_empty() { vec![] } else { vec![pattern.parse().expect("any text")] };
        let before = days.map(|days| NOW - Duration::days(days));
        Wish { rule: Some(Rule { patterns, keep, before }), ..Wish::default() }
    }

    /// The tags that go, those that are refused, and those that have no date.
    fn outcome(held: &Holdings, wish: &Wish) -> (String, String, String) {
        let plan = plan(held, wish);
        let spell = |tags: Vec<&Tag>| {
            let mut words: Vec<&str> = tags.into_iter().map(Tag::as_str).collect();
            words.sort_unstable();
            words.join(" ")
        };
        let going = plan.deletions.iter().flat_map(|it| it.tags.iter().chain(&it.shared)).collect();
        let refused = plan.refused.iter().flat_map(|it| &it.tags).collect();
        (spell(going), spell(refused), spell(plan.undated.iter().collect()))
    }

    fn words(going: &str, refused: &str, undated: &str) -> (String, String, String) {
        (going.to_owned(), refused.to_owned(), undated.to_owned())
    }

    #[test]
    fn the_newest_images_stay_and_what_has_no_date_is_never_counted() {
        let held = held(&["1=a", "2=b", "3=c", "latest=c", "x=d", "a@30", "b@20", "c@10"]);
        assert_eq!(outcome(&held, &rule("", Some(1), None)), words("1 2", "", "x"));
        assert_eq!(outcome(&held, &rule("", Some(2), None)), words("1", "", "x"), "two tags, one image");
        assert_eq!(outcome(&held, &rule("", Some(9), None)), words("", "", "x"));
        assert_eq!(outcome(&held, &rule("", None, Some(15))), words("1 2", "", "x"));
        assert_eq!(outcome(&held, &rule("", Some(2), Some(15))), words("1", "", "x"));
        assert_eq!(outcome(&held, &rule("[", Some(0), None)), words("", "", ""));
        assert_eq!(outcome(&held, &named(&["x"])), words("x", "", ""));
        assert_eq!(outcome(&held, &rule("x", None, None)), words("x", "", ""), "no date is asked for");
    }

    #[test]
    fn patterns_are_taken_to_the_letter() {
        let held = held(&["RC1=a", "rc2=b", "1.0=c"]);
        assert_eq!(outcome(&held, &rule("rc*", None, None)), words("rc2", "", ""));
        assert_eq!(plan(&held, &named(&["9"])).missing, [tag("9")]);
    }

    #[test]
    fn a_digest_goes_when_all_its_tags_are_meant_and_otherwise_only_with_consent() {
        let held = held(&["1=a", "latest=a", "2=b"]);
        assert_eq!(outcome(&held, &named(&["1"])), words("", "1", ""));
        let refused = &plan(&held, &named(&["1"])).refused[0];
        assert_eq!(
            (refused.why, &refused.because_of[..], refused.named),
            (Reason::Shared, &[tag("latest")][..], true)
        );
        assert_eq!(outcome(&held, &named(&["1", "latest"])), words("1 latest", "", ""));
        let shared = Wish { with_shared: true, ..named(&["1"]) };
        assert_eq!(outcome(&held, &shared), words("1 latest", "", ""));
        assert_eq!(plan(&held, &shared).deletions[0].shared, [tag("latest")]);
        assert_eq!(plan(&held, &shared).tags_left, 1);
        assert!(!plan(&held, &rule("1", None, None)).refused[0].named);
    }

    #[test]
    fn parts_of_a_list_that_stays_stay_whatever_is_said() {
        let held = held(&["amd64=a", "arm=b", "all=list", "list>a,b", "more=outer", "outer>list"]);
        let shared = |tags: &[&str]| Wish { with_shared: true, ..named(tags) };
        assert_eq!(outcome(&held, &shared(&["amd64"])), words("", "amd64", ""));
        assert_eq!(
            outcome(&held, &shared(&["amd64", "all"])),
            words("", "all amd64", ""),
            "the outer list stays"
        );
        let whole = plan(&held, &shared(&["amd64", "all", "more"]));
        assert_eq!(whole.refused, []);
        let order: Vec<usize> = whole.deletions.iter().map(|it| it.parts).collect();
        assert_eq!(order, [2, 1, 0], "lists go before their parts");
        assert_eq!(plan(&held, &shared(&["amd64"])).refused[0].why, Reason::PartOfList);
    }

    #[test]
    fn on_a_v1_registry_a_tag_goes_alone() {
        let image: ImageId = "0f".repeat(32).parse().expect("legal");
        let tags = [("1", Some(NOW)), ("latest", Some(NOW)), ("x", None)]
            .map(|(name, created)| (tag(name), image.clone(), created));
        let name = "team/app".parse().expect("legal");
        let plan = plan_old(&name, &tags, &named(&["1", "9"]));
        assert_eq!((plan.deletions[0].tags.clone(), plan.tags_left), (vec![tag("1")], 2));
        assert_eq!(plan.missing, [tag("9")]);
        let old = plan_old(&name, &tags, &rule("", Some(0), None));
        assert_eq!((old.deletions.len(), old.undated), (2, vec![tag("x")]));
    }
}
