//! Where the other half of a cluster is, by the URL of the one half.

/// Where a DC/OS cluster's leading master answers from within.
pub const MASTER_MESOS: &str = "http://master.mesos:5050";
/// Where its Marathon does.
pub const MARATHON_MESOS: &str = "http://marathon.mesos:8080";

/// The path of Mesos behind Admin Router.
const MESOS_PATH: &str = "/mesos";
/// The path of Marathon there.
const MARATHON_PATH: &str = "/service/marathon";

/// Where Marathon probably is, by the URL of a Mesos master: behind the same Admin Router, by its own name within the
/// cluster, or on port 8080 of the same host.
pub fn marathon_beside(mesos: &str) -> String {
    beside(mesos, (MESOS_PATH, MARATHON_PATH), (MARATHON_MESOS, 8080))
}

/// Where a Mesos master probably is, by the URL of Marathon.
pub fn mesos_beside(marathon: &str) -> String {
    beside(marathon, (MARATHON_PATH, MESOS_PATH), (MASTER_MESOS, 5050))
}

/// Mesos and Marathon behind an Admin Router.
pub fn behind(dcos: &str) -> (String, String) {
    let router = dcos.trim_end_matches('/');
    (format!("{router}{MESOS_PATH}"), format!("{router}{MARATHON_PATH}"))
}

/// The Admin Router that both are behind, where they are behind one.
pub fn router_of(mesos: &str, marathon: &str) -> Option<String> {
    let router = |url: &'_ str, path: &str| Some(url.trim_end_matches('/').strip_suffix(path)?.to_owned());
    router(mesos, MESOS_PATH).filter(|it| router(marathon, MARATHON_PATH).as_ref() == Some(it))
}

/// A URL without user and password, and whether it had any.
pub fn without_login(url: &str) -> (String, bool) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url.to_owned(), false) };
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..authority].rfind('@') {
        Some(at) => (format!("{scheme}://{}", &rest[at + 1..]), true),
        None => (url.to_owned(), false),
    }
}

fn beside(known: &str, (path, other_path): (&str, &str), (within, port): (&str, u16)) -> String {
    let known = known.trim_end_matches('/');
    if let Some(router) = known.strip_suffix(path) {
        return format!("{router}{other_path}");
    }
    let (scheme, rest) = known.split_once("://").unwrap_or(("http", known));
    let authority = rest.split('/').next().unwrap_or_default();
    let (login, place) = authority.rsplit_once('@').map_or(("", authority), |(login, place)| (login, place));
    let host = match place.rfind(':') {
        Some(colon) if !place[colon..].contains(']') => &place[..colon],
        _ => place,
    };
    if host.ends_with(".mesos") {
        return within.to_owned();
    }
    let login = if login.is_empty() { String::new() } else { format!("{login}@") };
    format!("{scheme}://{login}{host}:{port}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_half_is_beside_the_one_that_is_known() {
        for (mesos, marathon) in [
            ("https://dcos.example.com/mesos", "https://dcos.example.com/service/marathon"),
            ("http://master.mesos:5050", "http://marathon.mesos:8080"),
            ("http://10.0.0.1:5050", "http://10.0.0.1:8080"),
            ("http://[fd00::1]:5050", "http://[fd00::1]:8080"),
            ("http://ann:x@m1:5050", "http://ann:x@m1:8080"),
        ] {
            assert_eq!((marathon_beside(mesos).as_str(), mesos_beside(marathon).as_str()), (marathon, mesos));
        }
        assert_eq!(marathon_beside("http://leader.mesos:5050/"), MARATHON_MESOS);
        assert_eq!(marathon_beside("http://m1"), "http://m1:8080");
    }

    #[test]
    fn an_admin_router_is_told_where_both_are_behind_it() {
        let (mesos, marathon) = behind("https://dcos.example.com/");
        assert_eq!(router_of(&mesos, &marathon).as_deref(), Some("https://dcos.example.com"));
        assert_eq!(router_of(&mesos, MARATHON_MESOS), None);
        assert_eq!(router_of(&mesos, "https://other/service/marathon"), None);
    }

    #[test]
    fn a_login_in_a_url_is_taken_out() {
        let out = |url: &str| without_login(url);
        assert_eq!(out("http://ann:s@cret@m1:5050/a@b"), ("http://m1:5050/a@b".to_owned(), true));
        assert_eq!(out("http://m1:5050/a@b"), ("http://m1:5050/a@b".to_owned(), false));
    }
}
