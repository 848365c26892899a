#!/bin/sh
# Tries what the lab needs of the kernel, in namespaces made for it; prints one line for each thing that is missing.
exec 2>/dev/null
ip link add br0 type bridge || echo 'no network bridge'
ip link add v0 type veth peer name v1 || echo 'no veth devices'
nft 'table ip t { chain c { type nat hook output priority -100; ip daddr 192.168.0.1 dnat to 127.0.0.1; }; }' ||
    echo 'no address translation with nft'
# Where only this is missing the agents would work, but what trust-agents sets could not be shown.
echo 1 >/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal || echo 'no connection tracking for each network namespace'
mount -t tmpfs try /mnt && cd /mnt && mkdir upper work root &&
    mknod upper/home c 0 0 &&
    mount -t overlay try -o lowerdir=/,upperdir=upper,workdir=work root ||
    echo 'no overlay file system on a tmpfs'
mkdir root/home || echo 'no whiteouts in an overlay file system'
cd root && mkdir .machine && pivot_root . .machine || echo 'no root of its own for a process'
exit 0
