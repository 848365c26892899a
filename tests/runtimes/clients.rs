//! The programs that pull images, each asked to reach the registry its own way.

use std::time::Duration;

use regctl_lab::wait::{Progress, wait_for};
use regctl_lab::{Host, Output};

/// What the tests need beyond the lab's own programs, with their Debian packages.
pub(crate) const PROGRAMS: [(&str, &str); 3] =
    [("skopeo", "skopeo"), ("podman", "podman"), ("containerd", "containerd")];

/// Asks a client on that host for `lab/hello:1` of the registry at that address; an error is in its own words.
pub(crate) type Client = fn(&Host, &str) -> Result<(), String>;

/// Every client that a step of `trust-agents` is for.
pub(crate) const ALL: [(&str, Client); 6] = [
    ("docker", docker),
    ("curl", curl),
    ("openssl", openssl),
    ("containerd", containerd),
    ("podman", podman),
    ("skopeo", skopeo),
];

fn run(host: &Host, script: &str) -> Result<(), String> {
    let output = host.shell(script).expect("runs");
    if output.status.success() { Ok(()) } else { Err(output.stdout + &output.stderr) }
}

/// Docker Engine: pushes the image that it has, then pulls it anew.
fn docker(host: &Host, address: &str) -> Result<(), String> {
    let image = format!("{address}/lab/registry:1");
    run(
        host,
        &format!(
            "docker tag registry:2.8.3 {image} && docker push -q {image} && docker rmi {image} && docker pull -q {image}"
        ),
    )
}

fn podman(host: &Host, address: &str) -> Result<(), String> {
    run(host, &format!("podman pull -q {address}/lab/hello:1"))
}

/// The library that podman, buildah and CRI-O pull with.
fn skopeo(host: &Host, address: &str) -> Result<(), String> {
    run(host, &format!("skopeo inspect docker://{address}/lab/hello:1"))
}

/// UCR and the fetcher use libcurl with this folder.
pub(crate) fn curl(host: &Host, address: &str) -> Result<(), String> {
    run(host, &format!("curl -sSf --capath /var/lib/dcos/pki/tls/certs https://{address}/v2/"))
}

/// A second witness for the folder: what libcurl's TLS makes of it without libcurl.
pub(crate) fn openssl(host: &Host, address: &str) -> Result<(), String> {
    let to = if address.contains(':') { address.to_owned() } else { format!("{address}:443") };
    let ip = to.split(':').next().expect("has a host");
    run(
        host,
        &format!(
            "openssl s_client -brief -no-CAfile -no-CAstore -CApath /var/lib/dcos/pki/tls/certs \
                 -verify_return_error -verify_ip {ip} -connect {to} </dev/null"
        ),
    )
}

/// containerd's CRI plugin, asked by gRPC as a kubelet asks: PullImage with the image's name.
pub(crate) fn containerd(host: &Host, address: &str) -> Result<(), String> {
    let curl = "curl -sS --http2-prior-knowledge --unix-socket /run/containerd/containerd.sock \
        -H 'content-type: application/grpc' -H 'te: trailers' --data-binary @- -D - -o /dev/null \
        http://localhost/runtime.v1.ImageService/PullImage";
    let request = pull_image(&format!("{address}/lab/hello:1"));
    let Output { stdout, stderr, .. } =
        host.exec_with(&["sh", "-c", curl], &request, Duration::from_secs(60)).expect("runs");
    if stdout.contains("grpc-status: 0\r") { Ok(()) } else { Err(stdout + &stderr) }
}

/// `PullImageRequest { image: ImageSpec { image } }` in protobuf, in one frame of gRPC.
fn pull_image(image: &str) -> Vec<u8> {
    let field = |bytes: &[u8]| [&[0x0a, u8::try_from(bytes.len()).expect("is short")], bytes].concat();
    let message = field(&field(image.as_bytes()));
    [&[0, 0, 0, 0, u8::try_from(message.len()).expect("is short")], &*message].concat()
}

/// Makes a host ready for podman, which has neither a policy nor a disk of its own in the lab.
pub(crate) fn prepare_podman(host: &Host) {
    let policy = r#"{"default": [{"type": "insecureAcceptAnything"}]}"#;
    host.write("/etc/containers/policy.json", policy).expect("writes");
    let script = "mkdir -p /var/lib/containers && mount -t tmpfs containers /var/lib/containers";
    host.shell(script).expect("runs").good().expect("mounts");
}

/// Starts containerd with the configuration that the host has now, or starts it anew.
pub(crate) fn start_containerd(host: &Host) {
    let script = "[ ! -e /run/containerd.pid ] || { kill $(cat /run/containerd.pid); sleep 0.5; }
        mkdir -p /var/lib/containerd
        mountpoint -q /var/lib/containerd || mount -t tmpfs containerd /var/lib/containerd
        setsid containerd >/tmp/containerd.log 2>&1 </dev/null &
        echo $! >/run/containerd.pid";
    host.shell(script).expect("runs").good().expect("starts");
    wait_for("containerd", Duration::from_secs(20), || match containerd(host, "127.0.0.1:1") {
        Err(said) if said.contains("Couldn't connect") || !said.contains("grpc-status") => {
            Progress::NotYet(said)
        }
        _ => Progress::Done(()),
    })
    .expect("containerd answers");
}

/// The words of every kind of client for a CA that it does not know.
pub(crate) fn says_untrusted(words: &str) -> bool {
    [
        "signed by unknown authority",
        "unable to get local issuer",
        "certificate verify failed",
        "self-signed certificate in",
    ]
    .iter()
    .any(|known| words.contains(known))
}
