//! What it means that a registry becomes a pull-through cache, or ends to be one.

use crate::domain::app_definition::AppDefinition;
use crate::domain::upstream::LABEL;

/// What the operator should know before the app is sent. `old` is what is there, if anything is.
pub(super) fn turned(old: Option<&AppDefinition>, new: &AppDefinition) -> Option<String> {
    let upstream = |app: &AppDefinition| app.labels.get(LABEL).cloned();
    let before = old.and_then(upstream);
    match (old, upstream(new)) {
        (_, now) if now == before => None,
        (None, Some(url)) => {
            Some(say!("it will be a pull-through cache of {url}: nothing can be pushed to it"))
        }
        (Some(_), Some(url)) => Some(say!(
            "it becomes a pull-through cache of {url}: nothing can be pushed to it any more, and \
             its tags are those of {url}; for both, deploy the cache as an app of its own (--id, \
             --vip, --service-port, --data-dir, --config-dir)"
        )),
        (_, None) => Some(
            say!(
                "it is no pull-through cache any more: the images that it has kept are now its own, \
                 as old as they are"
            )
            .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(upstream: Option<&str>) -> AppDefinition {
        let labels = upstream.map(|url| (LABEL.to_owned(), url.to_owned())).into_iter().collect();
        AppDefinition { labels, ..AppDefinition::default() }
    }

    #[test]
    fn what_a_cache_cannot_do_is_said_when_it_becomes_one() {
        let (own, cache) = (app(None), app(Some("https://a")));
        let told = |old, new| turned(old, new).unwrap_or_default();
        assert!(told(None, &cache).contains("nothing can be pushed"));
        assert!(told(Some(&own), &cache).contains("an app of its own"));
        assert!(told(Some(&cache), &own).contains("no pull-through cache any more"));
        for (old, new) in [(None, &own), (Some(&own), &own), (Some(&cache), &cache)] {
            assert_eq!(told(old, new), "");
        }
    }
}
