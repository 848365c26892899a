# shellcheck shell=sh
# A lab to show something on; demo, ways and try-release read this. Gives say, lab, on, must, must_fail and the_lab.
# its_regctl is what its hosts have as regctl; nothing where that is empty.
its_regctl=target/debug/regctl

say() { printf '\n\033[1m# %s\033[0m\n' "$*"; }

# the_lab FLAG…: a lab with these flags of `regctl-lab up`, gone again when the script ends.
the_lab() {
  state=$(mktemp -d)/lab
  trap 'down' EXIT
  trap 'exit 130' INT TERM
  lab up "$@" ${its_regctl:+--bin "$its_regctl"}
  # Room for images, which regctl looks for: hosts of the lab have 1 GiB. Memory is taken only as it is written to.
  lab exec a1 -- sh -c 'mkdir -p /data && mount -t tmpfs -o size=20g data /data'
}

lab() { target/debug/regctl-lab --state "$state" "$@"; }

down() {
  lab down >/dev/null 2>&1 || true
  rmdir "$(dirname "$state")" 2>/dev/null || true
}

# Runs a line on a host as its reader would type it, and shows both.
on() {
  host=$1
  shift
  printf '\n[root@%s ~]$ %s\n' "$host" "$*"
  status=0
  lab exec "$host" -- sh -c "cd /root; $*" || status=$?
}

must() {
  on "$@"
  [ $status = 0 ] || {
    echo "$0: that should have succeeded (exit $status)" >&2
    exit 1
  }
}

must_fail() {
  on "$@"
  [ $status != 0 ] || {
    echo "$0: that should have failed" >&2
    exit 1
  }
}
