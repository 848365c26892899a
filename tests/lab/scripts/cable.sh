#!/bin/sh
# Cuts the master's cable to the bridge and leaves two loose ends, to be joined by a program that holds each frame back.
# Usage: cable.sh FOLDER   (runs in the network and mount namespaces of the bridge)
# Makes the devices FOLDER/master and FOLDER/bridge: what is read from one came in at that end, what is written goes out.
set -eu
folder=$1
mkdir -p "$folder"

ip link set to-master nomaster
ip link add cable0 type veth peer name cable1
ip link set cable0 master br0 up
ip link set cable1 up

# /sys shows the network that it was mounted in.
mount -t sysfs cable "$folder"
ends() {
    for name in master bridge; do
        case $name in master) link=to-master ;; bridge) link=cable1 ;; esac
        # Passthru takes every frame of the link, to whomever it is addressed.
        ip link add "end-$name" link $link type macvtap mode passthru
        ip link set "end-$name" txqueuelen 10000 up
        echo "$name $(cat "$folder/class/net/end-$name"/macvtap/tap*/dev)"
    done
}
found=$(ends)
umount "$folder"
echo "$found" | while IFS=' :' read -r name major minor; do mknod "$folder/$name" c "$major" "$minor"; done
