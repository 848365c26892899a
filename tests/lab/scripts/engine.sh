#!/bin/sh
# Starts the host's Docker Engine and gives it the image registry:2.8.3, made of Debian's registry without any pull.
# Usage: engine.sh CGROUP
set -eu
mkdir -p /etc/lab /var/lib/docker
mountpoint -q /var/lib/docker || mount -t tmpfs -o size=4g docker /var/lib/docker # overlay2 cannot sit on an overlay
echo "--cgroup-parent /$1 --exec-opt native.cgroupdriver=cgroupfs" >/etc/lab/dockerd.options
systemctl start docker
rm /var/log/systemctl.calls
! docker image inspect registry:2.8.3 >/dev/null 2>&1 || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/etc/docker/registry" "$work/var/lib/registry" "$work/tmp"
cp /usr/bin/docker-registry "$work/bin/registry"
cp /bin/dash "$work/bin/sh"
for program in /usr/bin/docker-registry /bin/dash; do
    for library in $(ldd $program | grep -o '/[^ )]*'); do
        mkdir -p "$work$(dirname "$library")"
        cp -L "$library" "$work$library"
    done
done
# The contract of the real image: a configuration file alone means serve, registry's own words mean registry.
cat >"$work/entrypoint.sh" <<'END'
#!/bin/sh
set -e
case "$1" in
*.yaml | *.yml) set -- registry serve "$@" ;;
serve | garbage-collect | help | -*) set -- registry "$@" ;;
esac
exec "$@"
END
chmod 755 "$work/entrypoint.sh"
cat >"$work/etc/docker/registry/config.yml" <<'END'
version: 0.1
log: {fields: {service: registry}}
storage:
  cache: {blobdescriptor: inmemory}
  filesystem: {rootdirectory: /var/lib/registry}
http:
  addr: :5000
  headers: {X-Content-Type-Options: [nosniff]}
health:
  storagedriver: {enabled: true, interval: 10s, threshold: 3}
END
tar -C "$work" -c . | docker import \
    -c 'ENTRYPOINT ["/entrypoint.sh"]' -c 'CMD ["/etc/docker/registry/config.yml"]' \
    -c 'EXPOSE 5000' -c 'VOLUME /var/lib/registry' -c 'ENV PATH=/bin' - registry:2.8.3 >/dev/null
