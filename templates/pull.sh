# One image pulled by each runtime that is here, by its digest, timed, and kept by none. The image was made a moment ago,
# so that every pull is a cold one. Told as `pulled` and milliseconds, `failed` and the runtime's last words, `unable`
# and why it was not tried, or `none` where there is no such runtime.

# pull N IMAGE URL REPOSITORY DIGEST AUTH: AUTH is user and password in base64, where the registry wants them.
pull() {
  number=$1 image=$2 api=$3$4 digest=$5 auth=$6
  # Whoever asked may be gone in the middle of it; what was pulled goes all the same.
  trap '' PIPE HUP
  limit=$(command -v timeout) && limit="$limit 30"
  for runtime in docker ucr containerd podman; do
    pull_by $runtime
  done
}

pull_by() {
  "$1_pulls" || { fact "pull.$number.$1" none; return; }
  # The uptime has hundredths everywhere; busybox' date has whole seconds, and clocks are set.
  read -r start _ </proc/uptime
  if words=$("$1_pull" 2>&1); then
    read -r end _ </proc/uptime
    words="pulled $(((${end%.*} - ${start%.*}) * 1000 + (1${end#*.} - 1${start#*.}) * 10))"
  else
    words="failed $(printf %s "$words" | tail -n 1)"
  fi
  "$1_forgets" >/dev/null 2>&1 || :
  fact "pull.$number.$1" "$words"
}

docker_pulls() { command -v docker >/dev/null 2>&1 && [ -S /var/run/docker.sock ]; }
docker_pull() { $limit docker pull "$image"; }
docker_forgets() { docker rmi "$image"; }

# Mesos' containerizer pulls with curl, which trusts the CAs of this folder: the manifest, then all that it names.
ucr_pulls() { [ -d /var/lib/dcos/pki/tls/certs ] && ucr_curl=$(command -v /opt/mesosphere/bin/curl || command -v curl); }
ucr_pull() {
  manifest=$(ucr_get "manifests/$digest") || { ucr_says "$manifest"; return 1; }
  # Digests alone: curl takes braces and brackets in a URL for many URLs.
  blobs=$(printf %s "$manifest" | tr '",' '\n\n' | grep -E '^sha256:[0-9a-f]{64}$') ||
    { echo 'what came for the manifest names no blob'; return 1; }
  for blob in $blobs; do
    words=$(ucr_get "blobs/$blob" -o /dev/null) || { ucr_says "$words"; return 1; }
  done
}
# curl's first line says it; advice comes below.
ucr_says() { printf '%s\n' "$1" | head -n 1; }
# The password comes on stdin: arguments can be read by everybody on the agent.
ucr_get() {
  path=$1
  shift
  printf '%s\n' "${auth:+header = \"Authorization: Basic $auth\"}" |
    "$ucr_curl" -q -K - -sSfL --noproxy '*' --connect-timeout 10 -m 30 --capath /var/lib/dcos/pki/tls/certs \
      -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' "$@" "$api/$path" 2>&1
}
ucr_forgets() { :; }

containerd_socket=/run/containerd/containerd.sock
containerd_pulls() { command -v crictl >/dev/null 2>&1 && [ -S $containerd_socket ]; }
containerd_pull() {
  [ -z "$auth" ] || { echo 'crictl takes a password as an argument alone, which everybody there could read'; return 1; }
  $limit crictl --runtime-endpoint unix://$containerd_socket pull "$image"
}
containerd_forgets() { crictl --runtime-endpoint unix://$containerd_socket rmi "$image"; }

podman_pulls() { command -v podman >/dev/null 2>&1 || command -v skopeo >/dev/null 2>&1; }
podman_pull() {
  if command -v podman >/dev/null 2>&1; then
    $limit podman pull -q "$image"
  else
    folder=$(mktemp -d) && $limit skopeo copy -q "docker://$image" "dir:$folder" || { rm -rf "$folder"; return 1; }
    rm -rf "$folder"
  fi
}
podman_forgets() { ! command -v podman >/dev/null 2>&1 || podman rmi "$image"; }
