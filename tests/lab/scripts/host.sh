#!/bin/sh
# Becomes a host of the lab: a cable to the bridge, a root of its own, and sshd as pid 1.
# Usage: host.sh STATE NAME ADDRESS6 ADDRESS GATEWAY DISK_SIZE [BINARY]
# Runs in fresh network, mount, pid and uts namespaces. Every mount is made in here: the machine's own mount table
# stays as it is, nothing is left after a kill, and 200 hosts start five times faster.
set -eu
state=$1 name=$2 address6=$3 address=$4 gateway=$5 size=$6 binary=${7:-}
shared=$state/disk
disk=$shared/hosts/$name

# /proc is still that of the lab, whose pid 1 lives where the bridge is.
ip link add eth0 type veth peer name "to-$name" netns /proc/1/ns/net
nsenter --net=/proc/1/ns/net ip link set "to-$name" master br0 up
# The default route: without it a virtual address is refused before the nat output hook sees it.
ip -batch - <<END
link set lo up
addr add $address/24 brd + dev eth0
addr add $address6/64 dev eth0 nodad
link set eth0 up
route add default via $gateway
END

mkdir "$disk"
mount -t tmpfs -o "mode=755,size=$size" "$name" "$disk"   # upper layers on a tmpfs also work where / is an overlay
cd "$disk"
mkdir upper work root
mount -t overlay overlay -o "lowerdir=$shared/base:/,upperdir=upper,workdir=work" root
cd root
mount -t proc proc proc
# Settings of the network are the host's own, all others are the machine's: `sysctl --system` must not reach those.
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount --bind proc/sys/net proc/sys/net
mount -o remount,bind,rw proc/sys/net
mount -t sysfs sysfs sys 2>/dev/null || true
mount --rbind /dev dev
mount -t tmpfs -o mode=1777 shm dev/shm
[ ! -d /sys/fs/cgroup ] || mount --rbind /sys/fs/cgroup sys/fs/cgroup 2>/dev/null || true
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p run/sshd run/lock run/lab/disk srv/shared
mount --bind "$shared/shared" srv/shared                   # what an NFS export is to a cluster: the same on every host
mount --bind "$disk" run/lab/disk                          # so that the disk can be made full from inside
chmod 700 run/lab
echo "$name" >etc/hostname
ssh-keygen -q -t ed25519 -N '' -C "$name" -f etc/ssh/ssh_host_ed25519_key </dev/null
if [ "$name" = master ]; then
    ip addr add "$(cat "$state/standby")/24" dev eth0
    install -m 600 "$shared/operator" root/.ssh/id_ed25519
    install -m 644 "$shared/operator.pub" root/.ssh/id_ed25519.pub
fi
if [ -n "$binary" ]; then
    : >usr/local/bin/regctl
    mount --bind "$binary" usr/local/bin/regctl
fi
hostname "$name"
mkdir .machine
pivot_root . .machine
cd /
umount -l /.machine
rmdir /.machine
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin /usr/sbin/sshd -D -e
