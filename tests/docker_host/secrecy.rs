//! Nobody on the host sees a secret but who may ask Docker Engine itself.

use crate::site::Site;

#[test]
fn the_secret_is_in_no_command_line_and_in_no_file_that_stays() {
    let Some(site) = Site::start() else { return };
    // Every command line of the host, again and again, while the registry is deployed.
    site.shell(
        "a1",
        "(while [ ! -e /run/seen.end ]; do for it in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$it; echo; done; done >/run/seen 2>/dev/null; \
         touch /run/seen.ended) >/dev/null 2>&1 &",
    );
    let run = site.deploy(&["-v", "--ssh-user", "core", "--docker-host", "192.168.1.11:22"]);
    run.report("created");
    site.shell("a1", "touch /run/seen.end; while [ ! -e /run/seen.ended ]; do sleep 0.1; done");
    let secret = site.shell("master", "cat .regctl/registry.http-secret");
    let seen = site.host().read("/run/seen").expect("reads");
    // One look at all of them takes a while, so it meets some of the calls and not each.
    assert!(seen.contains("docker "), "the watch saw nothing of it");
    assert!(!seen.contains(&secret) && !run.stderr.contains(&secret) && !run.stdout.contains(&secret));
    assert!(
        site.shell("a1", "docker inspect registry").contains(&secret),
        "only who may ask the engine is told"
    );
    let held = site.shell("a1", "grep -rl --exclude-dir=docker -e REGISTRY_HTTP_SECRET /var/lib/regctl /etc/privateregistry /run /tmp || true");
    assert_eq!(held, "", "a file of variables was left");
    assert_eq!(site.shell("a1", "stat -c %a /etc/privateregistry/certs/domain.key"), "600");
}
