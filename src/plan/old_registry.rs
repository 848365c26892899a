//! What there is to say about a registry of API version 1.
//!
//! Docker Engine 1.6 was the first to speak version 2. Its release notes and its list of deprecated features name the
//! versions: 17.06 does not talk to version 1 unless `--disable-legacy-registry=false` tells it to, 17.12 has it no more.

/// What it is, and which engines get along with it.
pub const WHAT: &str = later!(
    "this is a registry of API version 1 (/v2/ answers 404, /v1/_ping answers): Docker Engine 17.12 \
    and newer, containerd, podman and skopeo can neither pull from it nor push to it; 17.06 to 17.11 can where the daemon \
    is started with --disable-legacy-registry=false; up to 17.05 they can by default, 1.6 to 17.05 after asking for \
    version 2 first"
);

/// The way out.
pub const HINT: &str = later!(
    "Move its images: on a host with an engine up to 17.05 docker pull each from here, docker tag it \
    and docker push it to a registry of version 2 (regctl deploy). regctl repo ls, tag ls and tag delete work here, too."
);
