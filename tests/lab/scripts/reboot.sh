#!/bin/sh
# Lets a host start again on the disk that it has: new network, new processes, nothing kept but files.
# Usage: reboot.sh ADDRESS6 ADDRESS... GATEWAY   (in fresh network and pid namespaces and a copy of the mounts)
set -eu
mount -t proc proc /proc # over the old one, in which umount does not find itself
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,rw /proc/sys/net
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir -p /mnt/sshd /mnt/lock /mnt/lab/disk
chmod 700 /mnt/lab
mount --bind /run/lab/disk /mnt/lab/disk
umount -Rl /run
mount -n --move /mnt /run # -n: mount itself writes to /run
rm -rf /tmp/*
until ip link show eth0 >/dev/null 2>&1; do sleep 0.01; done
ip link set lo up
ip addr add "$1/64" dev eth0 nodad
shift
while [ $# -gt 1 ]; do
    ip addr add "$1/24" brd + dev eth0
    shift
done
ip link set eth0 up
ip route add default via "$1"
# What systemd-sysctl does at boot. Settings that are not of the network are read-only here, so some may fail.
sysctl -q --system >/dev/null 2>&1 || true
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin /usr/sbin/sshd -D -e
