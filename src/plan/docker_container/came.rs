//! What came of a container that was brought up.

use crate::domain::script::Answer;
use crate::plan::facts::Facts;

/// What came of a container that was brought up or waited for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Came {
    /// The engine's id for it.
    pub id: String,
    /// When it was made, RFC 3339.
    pub created: String,
    /// Why it is not healthy; none where it is, or where it was not waited for.
    pub unhealthy: Option<String>,
    /// Whether the one before it runs again.
    pub is_back: bool,
    /// What the one that failed wrote last.
    pub log: String,
}

impl Came {
    /// Reads the answer of the script that [`super::act`] gives.
    pub fn read(answer: &Answer) -> Self {
        let facts = Facts::of(answer);
        let text = |key: &str| facts.get(key).unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            created: text("created"),
            unhealthy: facts.get("unhealthy").map(str::to_owned),
            is_back: facts.get("back").is_some(),
            log: facts.carried("log").unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::facts::tests::answer;

    #[test]
    fn a_container_that_failed_tells_why() {
        let came = Came::read(&answer(&[
            ("id", "8f3c"),
            ("unhealthy", "nothing answers yet"),
            ("back", "yes"),
            ("log#", "a\nb\n"),
        ]));
        assert_eq!(
            (came.unhealthy.as_deref(), came.is_back, came.log.as_str()),
            (Some("nothing answers yet"), true, "a\nb\n")
        );
        assert_eq!(Came::read(&answer(&[("id", "8f3c")])).unhealthy, None);
    }
}
