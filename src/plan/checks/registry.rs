//! The checks of the registry's API: `api`, `catalog` and `push-pull`.

use crate::domain::fault::{Fault, FaultKind};
use crate::domain::finding::Finding;
use crate::domain::image::Image;
use crate::domain::manifest::StoredManifest;
use crate::domain::registry_api::{Api, Catalog, Deletion};
use crate::domain::repository::Reference;
use crate::plan::old_registry as old;

const NEEDS_USER: &str = later!("the registry wants a user, and none was given");
const GIVE_USER: &str = later!("Give --user and --password-file.");

/// The `api` check: whether `/v2/` is that of a registry.
pub fn api(answer: &Result<Api, Fault>) -> Finding {
    match answer {
        Ok(Api::Open) => Finding::pass("api", say!("/v2/ answers as a registry does")),
        Ok(Api::WantsUser { scheme }) => {
            Finding::pass("api", say!("/v2/ answers as a registry does that wants a user ({scheme})"))
        }
        Ok(Api::RefusesUser { scheme }) if scheme.eq_ignore_ascii_case("bearer") => Finding::fail(
            "api",
            "user-refused",
            say!(
                "the registry's token server does not take this user and password, or its token is not taken"
            ),
            say!(
                "Look at both, at the token server's log, and at whether the registry trusts the key \
                 that it signs with."
            ),
        ),
        Ok(Api::RefusesUser { scheme }) if scheme.eq_ignore_ascii_case("basic") => Finding::fail(
            "api",
            "user-refused",
            say!("the registry does not take this user and password"),
            say!(
                "Look at both; htpasswd entries must be made with bcrypt (htpasswd -B), others are \
                 refused without a word."
            ),
        ),
        Ok(Api::RefusesUser { scheme }) => Finding::fail(
            "api",
            "unknown-scheme",
            say!("the registry wants {scheme}, and regctl logs in with Basic and Bearer alone"),
            say!("Run verify without --user: what can be seen without logging in is checked then."),
        ),
        Ok(Api::Version1) => Finding::fail("api", "v1-registry", old::WHAT, old::HINT),
        Ok(Api::NotARegistry { answer }) => Finding::fail(
            "api",
            "not-a-registry",
            say!("/v2/ answers {answer}, which no registry of API version 2 does"),
            say!(
                "Another service or a proxy answers here: look at the VIP and at the service port of the app."
            ),
        ),
        Err(fault) => failed("api", fault),
    }
}

/// The `catalog` check: whether the repositories can be listed.
pub fn catalog(answer: &Result<Catalog, Fault>) -> Finding {
    match answer {
        Ok(Catalog::Listed { repositories, pages, complete }) => {
            let more = if *complete { "" } else { say!(", where regctl stopped") };
            let on = counted(*pages, say!("page"), say!("pages"));
            let what = counted(*repositories, say!("repository"), say!("repositories"));
            Finding::pass("catalog", say!("{what} on {on}{more}"))
        }
        Ok(Catalog::None) => Finding::skip("catalog", say!("this registry has no catalog")),
        Err(fault) if fault.kind == FaultKind::Unauthorized => {
            Finding::skip("catalog", say!("not for this user: {}", fault.message)).hint(say!(
                "Many registries (GitLab, Harbor, Artifactory, Docker Hub) list their repositories \
                 to administrators alone, or to nobody; pushes and pulls do not need it."
            ))
        }
        Err(fault) => failed("catalog", fault),
    }
}

/// The `push-pull` check: whether an image goes there and comes back the same.
pub fn push_pull(image: &Image, answer: &Result<Deletion, Fault>) -> Finding {
    let bytes = image.layer.bytes.len() + image.config.bytes.len() + image.manifest.bytes.len();
    let done = say!(
        "{} pushed as {} and read back, {bytes} bytes the same",
        image.repository,
        image.manifest.digest.short()
    );
    match answer {
        Ok(Deletion::Done) => Finding::pass("push-pull", say!("{done}; deleted again")),
        Ok(Deletion::Off) => {
            Finding::pass("push-pull", say!("{done}; it stays there, since this registry does not delete"))
        }
        Ok(Deletion::NotAllowed) => {
            Finding::pass("push-pull", say!("{done}; it stays there, since this user may not delete it"))
        }
        Err(fault) if refuses_repository(fault) => failed("push-pull", fault).hint(say!(
            "This registry wants its projects made first, or this user may not push there: name \
             a repository in a project of the user's with --probe-repository \
             PROJECT/regctl-verify."
        )),
        Err(fault) => failed("push-pull", fault),
    }
}

/// Whether a push was refused for where it was to go: Harbor, GitLab and Artifactory know no repositories outside of
/// projects.
fn refuses_repository(fault: &Fault) -> bool {
    fault.kind == FaultKind::Unauthorized
        || ["NAME_UNKNOWN", "DENIED"].iter().any(|it| fault.message.contains(it))
}

/// Whether a push was refused for the form of its manifest, so that it may be taken in that of OCI.
pub fn wants_oci(fault: &Fault) -> bool {
    [" 415", "MANIFEST_INVALID"].iter().any(|words| fault.message.contains(words))
}

/// The `pull` check: whether an image that is there already can be read.
pub fn pull(reference: &Reference, answer: &Result<Option<StoredManifest>, Fault>) -> Finding {
    match answer {
        Ok(Some(found)) => {
            let (digest, bytes) = (found.digest.short(), found.bytes.len());
            Finding::pass("pull", say!("{reference} is {digest}, a manifest of {bytes} bytes"))
        }
        Ok(None) => Finding::fail(
            "pull",
            "no-such-image",
            say!("there is no {reference}"),
            say!(
                "Name an image that is there with --probe-image; Docker Hub's own are in library/, \
                 as library/alpine:3.20."
            ),
        ),
        Err(fault) => failed("pull", fault),
    }
}

/// The `push-pull` check of a pull-through cache.
pub fn push_to_cache(upstream: &str) -> Finding {
    Finding::skip("push-pull", say!("a pull-through cache takes no images; it has those of {upstream}"))
        .hint(say!("Let it fetch one with --probe-image REPOSITORY:TAG."))
}

/// The checks that are not made because the one that they rest on failed.
pub fn skipped_after(failed: &str, names: &[&'static str]) -> Vec<Finding> {
    names.iter().map(|name| Finding::skip(name, say!("{failed} failed"))).collect()
}

/// The `catalog` check where a user is wanted and none was given.
pub fn catalog_wants_user() -> Finding {
    Finding::skip("catalog", NEEDS_USER).hint(GIVE_USER)
}

/// The `push-pull` check where a user is wanted and none was given.
pub fn push_wants_user() -> Finding {
    Finding::fail("push-pull", "user-missing", NEEDS_USER, GIVE_USER)
}

/// What stands for the checks that an interruption left out.
pub fn interrupted() -> Finding {
    const WHY: &str = later!(
        "interrupted; the checks that are missing here were not made, and what was pushed is deleted again"
    );
    Finding::fail("verify", "interrupted", WHY, say!("Run it again."))
}

/// The `push-pull` check where nobody asked for it.
pub fn push_not_asked_for() -> Finding {
    Finding::skip("push-pull", say!("not asked for (--push)"))
}

fn failed(name: &'static str, fault: &Fault) -> Finding {
    let (cause, hint) = match fault.kind {
        FaultKind::Unauthorized => (
            "not-allowed",
            say!("This user may not do that, or none was given: see --user and --password-file."),
        ),
        FaultKind::Tls | FaultKind::Untrusted | FaultKind::WrongName | FaultKind::CertificateExpired => {
            ("tls", say!("See what the tls check says."))
        }
        kind if kind.is_out_of_reach() => (
            "unreachable",
            say!(
                "The connection broke: look at the registry's log; through a VIP, \
                 net.netfilter.nf_conntrack_tcp_be_liberal must be 1 on this machine and on every \
                 agent (regctl trust-agents)."
            ),
        ),
        _ if fault.message.contains("MANIFEST_UNKNOWN") || fault.message.contains("BLOB_UNKNOWN") => (
            "lost",
            say!(
                "What was pushed is gone: do several instances without common storage stand behind this address?"
            ),
        ),
        _ => ("bad-answer", say!("Look at the registry's log: is its storage writable and not full?")),
    };
    Finding::fail(name, cause, fault.message.clone(), fault.hint.clone().unwrap_or_else(|| hint.to_owned()))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Status;
    use crate::plan::probe_image;

    #[test]
    fn a_registry_that_wants_a_user_is_healthy() {
        let basic = || "Basic".to_owned();
        assert_eq!(api(&Ok(Api::WantsUser { scheme: basic() })).status, Status::Pass);
        let refused = api(&Ok(Api::RefusesUser { scheme: basic() }));
        assert_eq!((refused.status, refused.cause), (Status::Fail, Some("user-refused")));
        assert!(refused.hint.expect("has one").contains("bcrypt"));
    }

    #[test]
    fn what_is_off_is_said_and_not_failed() {
        let found = push_pull(&probe_image::image("n", probe_image::usual_repository()), &Ok(Deletion::Off));
        assert_eq!(found.status, Status::Pass);
        assert!(found.detail.ends_with("since this registry does not delete"), "{}", found.detail);
    }

    #[test]
    fn every_failure_has_a_hint() {
        let denied = catalog(&Err(Fault::new(FaultKind::Unauthorized, "no")));
        assert!(denied.status == Status::Skip && denied.hint.is_some(), "most registries keep their catalog");
        for kind in [FaultKind::Tls, FaultKind::Unreachable, FaultKind::BadAnswer] {
            let found = catalog(&Err(Fault::new(kind, "no")));
            assert!(found.status == Status::Fail && found.hint.is_some());
        }
        let own = Fault::new(FaultKind::BadAnswer, "no").hint("Do this.");
        assert_eq!(catalog(&Err(own)).hint.as_deref(), Some("Do this."));
    }
}
