//! Images that are pushed and pulled as Docker does it, by curl on the master.

use regctl_lab::Host;

/// `blob FILE` pushes a layer or a configuration unless the registry says that it has it already, as Docker does; `part
/// FILE TYPE` describes it; `manifest FILE REFERENCE TYPE` pushes a manifest. Into `$at`.
const FUNCTIONS: &str = r#"set -e; curl="curl -sS --fail -m 20 --cacert certs/ca.crt"
    type=application/vnd.docker.distribution.manifest
    digest() { echo sha256:$(sha256sum $1 | cut -d' ' -f1); }
    blob() { ! $curl -I -o /dev/null $at/blobs/$(digest $1) 2>/dev/null || return 0
      to=$($curl -D - -o /dev/null -X POST $at/blobs/uploads/ | sed -n 's/^[Ll]ocation: //p' | tr -d '\r')
      $curl -X PUT --data-binary @$1 -H 'Content-Type: application/octet-stream' "$to&digest=$(digest $1)"; }
    part() { printf '{"mediaType":"%s","size":%s,"digest":"%s"}' $2 $(wc -c <$1) $(digest $1); }
    manifest() { $curl -o /dev/null -X PUT --data-binary @$1 -H "Content-Type: $3" $at/manifests/$2; }
    image() { [ -e $1.layer ] || { head -c 300000 /dev/urandom >$1.layer; echo "{\"of\":\"$1\"}" >$1.config; }
      blob $1.layer; blob $1.config
      printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' $type.v2+json \
        "$(part $1.config application/vnd.docker.container.image.v1+json)" \
        "$(part $1.layer application/vnd.docker.image.rootfs.diff.tar.gzip)" >$1.manifest; }
"#;

/// Runs a line with these functions on the master, about a repository such as `192.168.0.1/lab/app`; one without TLS has
/// its `http://` before it.
pub(crate) fn with_images(master: &Host, repository: &str, line: &str) -> String {
    let (scheme, place) = repository.split_once("://").unwrap_or(("https", repository));
    let (registry, name) = place.split_once('/').expect("a registry and a name");
    let script = format!("{FUNCTIONS}at={scheme}://{registry}/v2/{name}\n{line}");
    master.shell(&script).expect("runs").good().unwrap_or_else(|error| panic!("{line}: {error}"))
}

/// Pushes an image with a layer that no disk compresses, made of the same bytes each time.
pub(crate) fn push(master: &Host, repository: &str, tag: &str) {
    with_images(master, repository, &format!("image {tag}; manifest {tag}.manifest {tag} $type.v2+json"));
}

/// Pushes an image for two platforms: the parts, `TAG-amd64` and `TAG-arm64`, have no tag of their own.
pub(crate) fn push_for_platforms(master: &Host, repository: &str, tag: &str) {
    let line = format!(
        r#"for on in amd64 arm64; do image {tag}-$on; manifest {tag}-$on.manifest $(digest {tag}-$on.manifest) $type.v2+json; done
        on() {{ part {tag}-$1.manifest $type.v2+json | sed "s/}}\$/,\"platform\":{{\"os\":\"linux\",\"architecture\":\"$1\"}}}}/"; }}
        printf '{{"schemaVersion":2,"mediaType":"%s","manifests":[%s,%s]}}' $type.list.v2+json "$(on amd64)" "$(on arm64)" >{tag}.list
        manifest {tag}.list {tag} $type.list.v2+json"#
    );
    with_images(master, repository, &line);
}

/// Deletes an image by its digest, as the registry's interface wants it.
pub(crate) fn delete(master: &Host, repository: &str, tag: &str) {
    with_images(master, repository, &format!("$curl -X DELETE $at/manifests/$(digest {tag}.manifest)"));
}

/// Whether an image can be pulled by its digest, with just the bytes that were pushed.
pub(crate) fn pulls(master: &Host, repository: &str, tag: &str) -> bool {
    let line = format!(
        "$curl $at/manifests/$(digest {tag}.manifest) -H \"Accept: $type.v2+json\" | cmp - {tag}.manifest >&2 &&
         $curl $at/blobs/$(digest {tag}.layer) | cmp - {tag}.layer >&2 &&
         $curl $at/blobs/$(digest {tag}.config) | cmp - {tag}.config >&2 && echo pulled || true"
    );
    with_images(master, repository, &line).trim() == "pulled"
}
