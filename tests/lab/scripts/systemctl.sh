#!/bin/sh
# Stands where systemctl is on an agent: there is no systemd here. Knows the Docker Engine, and writes every call down.
echo "$*" >>/var/log/systemctl.calls
options=/etc/lab/dockerd.options # the lab's own flags; there only where the host has an engine
pidfile=/run/docker.pid

alive() { [ -f $pidfile ] && kill -0 "$(cat $pidfile)" 2>/dev/null; }

start() {
    alive && return 0
    # shellcheck disable=SC2046
    setsid dockerd --pidfile $pidfile $(cat $options) >>/var/log/docker.log 2>&1 </dev/null &
    for _ in $(seq 600); do
        curl -s --unix-socket /run/docker.sock -o /dev/null http://docker/_ping && return 0
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
[ "$verb" != daemon-reload ] || exit 0
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
*) echo "Unknown command verb $verb." >&2 && exit 1 ;;
esac
