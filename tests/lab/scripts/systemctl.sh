#!/bin/sh
# Stands where systemctl is on an agent: there is no systemd here. Knows the Docker Engine, and writes every call down.
echo "$*" >>/var/log/systemctl.calls
options=/etc/lab/dockerd.options # the lab's own flags; there only where the host has an engine
pidfile=/run/docker.pid

loaded=/run/docker.unit # what the unit was when systemd last read it

# As systemd reads them: the unit, then its drop-ins; the last ExecStart counts, and a backslash joins lines.
load() {
    exec=dockerd files=''
    for unit in /etc/systemd/system/docker.service /usr/lib/systemd/system/docker.service; do
        [ ! -f $unit ] || break
    done
    for part in $unit /etc/systemd/system/docker.service.d/*.conf; do
        [ -f "$part" ] || continue
        # shellcheck disable=SC2162
        while read line; do
            case $line in
            ExecStart=?*) exec=${line#ExecStart=} ;;
            EnvironmentFile=*) files="$files ${line#EnvironmentFile=-}" ;;
            esac
        done <"$part"
    done
    # Without sockets of systemd's, and without a containerd of the host's own.
    printf '%s\n%s\n' "$exec" "$files" | sed 's| -H fd://||; s| --containerd=[^ ]*||' >$loaded
}

alive() { [ -f $pidfile ] && kill -0 "$(cat $pidfile)" 2>/dev/null; }

start() {
    alive && return 0
    [ -f $loaded ] || load
    { read -r exec && read -r files; } <$loaded
    for file in $files; do
        # shellcheck disable=SC1090
        [ ! -f "$file" ] || . "$file"
    done
    eval "exec setsid $exec $(cat $options) --pidfile $pidfile" >>/var/log/docker.log 2>&1 </dev/null &
    started=$!
    for _ in $(seq 600); do
        curl -s --unix-socket /run/docker.sock -o /dev/null http://docker/_ping && return 0
        kill -0 $started 2>/dev/null || break
        sleep 0.05
    done
    echo 'Job for docker.service failed, see /var/log/docker.log.' >&2
    return 1
}

stop() {
    alive || return 0
    pid=$(cat $pidfile)
    kill "$pid"
    for _ in $(seq 600); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.05
    done
    kill -9 "$pid"
}

verb=''
unit=''
for word in "$@"; do
    case $word in
    -*) ;;
    *) if [ -z "$verb" ]; then verb=$word; else unit=${word%.service}; fi ;;
    esac
done
[ "$verb" != daemon-reload ] || { load && exit 0; }
if [ "$unit" != docker ] || [ ! -f $options ]; then
    [ "$verb" != is-active ] || { echo inactive && exit 3; }
    echo "Unit $unit.service not found." >&2
    exit 5
fi
case $verb in
start) start ;;
stop) stop ;;
restart | try-restart) stop && start ;;
reload) alive && kill -HUP "$(cat $pidfile)" ;;
is-active) if alive; then echo active; else echo inactive && exit 3; fi ;;
is-enabled) echo enabled ;;
enable | disable) ;;
show) [ ! -f $loaded ] || echo "ExecStart={ path=/usr/sbin/dockerd ; argv[]=$(head -n 1 $loaded) ; ignore_errors=no }" ;;
*) echo "Unknown command verb $verb." >&2 && exit 1 ;;
esac
