# Docker Engine. It reads certs.d at every pull and push, so nothing needs a restart.

docker_here() { command -v dockerd >/dev/null 2>&1 || [ -S /var/run/docker.sock ]; }

# docker_trust NAME CA
docker_trust() { certs_d "/etc/docker/certs.d/$1" "$2"; }

docker_holds() { [ ! -e "/etc/docker/certs.d/$1/ca.crt" ] || held=1; }

docker_untrust() { take_back "/etc/docker/certs.d/$1/ca.crt"; }
