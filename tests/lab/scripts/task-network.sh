#!/bin/sh
# Gives a task a network of its own and maps ports of its agent to it, as Docker's bridge does.
# Usage: task-network.sh make NUMBER AGENT_SIDE TASK_SIDE AGENT_ADDRESS [HOST_PORT:CONTAINER_PORT]...
#        task-network.sh remove NUMBER
# What comes from other hosts is translated by nft. What comes from the agent itself, perhaps already translated
# from a virtual address, is not translated a second time: for that a proxy listens, like docker-proxy.
set -eu
action=$1 number=$2
name=task-$number proxy=/run/lab/task-$number
shift 2

if [ "$action" = remove ]; then
    [ ! -f "$proxy.pid" ] || kill -9 "$(cat "$proxy.pid")" 2>/dev/null || true
    rm -f "$proxy.pid" "$proxy.cfg"
    nft delete table ip "$name" 2>/dev/null || true
    ip link delete "veth$number" 2>/dev/null || true
    ip netns delete "$name" 2>/dev/null || true
    exit 0
fi

outside=$1 inside=$2 agent=$3
shift 3
mkdir -p /run/lab
ip netns add "$name"
ip link add "veth$number" type veth peer name eth0 netns "$name"
ip addr add "$outside/30" dev "veth$number"
ip link set "veth$number" up
ip -n "$name" -batch - <<END
link set lo up
addr add $inside/30 dev eth0
link set eth0 up
route add default via $outside
END
echo 1 >/proc/sys/net/ipv4/ip_forward
{
    echo "table ip $name {"
    echo "chain pre { type nat hook prerouting priority -100;"
    for ports; do
        echo "ip daddr $agent tcp dport ${ports%:*} dnat to $inside:${ports#*:};"
    done
    echo "}"
    echo "chain post { type nat hook postrouting priority 100; ip saddr $inside oifname != \"veth$number\" masquerade; }"
    echo "}"
} | nft -f -
[ $# -gt 0 ] || exit 0
{
    echo "global"
    echo "    maxconn 512"
    echo "defaults"
    echo "    mode tcp"
    echo "    timeout connect 5s"
    echo "    timeout client 1h"
    echo "    timeout server 1h"
    for ports; do
        echo "listen port${ports%:*}"
        echo "    bind :${ports%:*}"
        echo "    server task $inside:${ports#*:}"
    done
} >"$proxy.cfg"
haproxy -D -f "$proxy.cfg" -p "$proxy.pid"
