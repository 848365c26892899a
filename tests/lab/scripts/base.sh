#!/bin/sh
# Prepares what all hosts of one lab share: the bridge, the operator's key, and a read-only layer over the machine's root.
# Usage: base.sh STATE GATEWAY   (runs once, inside the lab's own mount, network and pid namespaces)
set -eu
state=$1 gateway=$2
disk=$state/disk

# The bridge has no uplink. With forwarding on, an address that nobody has is refused at once instead of swallowed.
ip -batch - <<END
link set lo up
link add br0 type bridge
addr add $gateway/24 dev br0
addr add fd00:1ab::1/64 dev br0 nodad
link set br0 up
route add unreachable default
END
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 0 >/proc/sys/net/ipv4/icmp_ratelimit

mount -t tmpfs -o mode=755 regctl-lab "$disk"
cd "$disk"
mkdir base work merged hosts shared
ssh-keygen -q -t ed25519 -N '' -C operator -f operator </dev/null

# Folders of the machine that no host may see. A whiteout with a folder made over it hides all that was below,
# whatever its size; /usr/local/bin goes because a second docker client there would come first on PATH.
hidden='root home tmp var/tmp opt srv mnt usr/local/bin usr/local/sbin etc/docker etc/ssh var/lib/docker'
# Of this one only what clients trust: their policy is part of their package.
[ ! -d /etc/containers ] || hidden="$hidden etc/containers/certs.d"
for folder in $hidden; do
    mkdir -p "base/$(dirname "$folder")"
    mknod "base/$folder" c 0 0
done
mount -t overlay overlay -o "lowerdir=/,upperdir=$disk/base,workdir=$disk/work" merged
cd merged
for folder in $hidden; do mkdir "$folder"; done
chmod 700 root
chmod 1777 tmp var/tmp
rmdir etc/docker var/lib/docker
[ ! -d etc/containers/certs.d ] || rmdir etc/containers/certs.d

# No DNS in here: with it, sudo and sshd wait 20 s for an answer.
rm -f etc/resolv.conf etc/hosts etc/hostname
: >etc/resolv.conf
sed -i 's/^hosts:.*/hosts: files/' etc/nsswitch.conf
cp "$state/hosts" etc/hosts

cat >etc/ssh/sshd_config <<'END'
Include /etc/ssh/sshd_config.d/*.conf
Port 22
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PidFile none
LogLevel VERBOSE
MaxSessions 100
PrintMotd no
Subsystem sftp internal-sftp
END
printf 'HashKnownHosts no\n' >etc/ssh/ssh_config
mkdir -p etc/ssh/sshd_config.d
# Apart, since of this setting the last counts, and not the first as of others.
echo 'MaxStartups 1000' >etc/ssh/sshd_config.d/base.conf

sed -i 's,^\(root:.*\):[^:]*$,\1:/bin/bash,' etc/passwd
mkdir -m 700 root/.ssh home/core
cp "$disk/operator.pub" root/.ssh/authorized_keys
sed -i '/^core:/d' etc/passwd etc/group etc/shadow
echo 'core:x:500:500:core:/home/core:/bin/bash' >>etc/passwd
echo 'core:x:500:' >>etc/group
echo 'core:*:19000:0:99999:7:::' >>etc/shadow
mkdir -m 700 home/core/.ssh
cp "$disk/operator.pub" home/core/.ssh/authorized_keys
chown -R 500:500 home/core
mkdir -p etc/sudoers.d
echo 'core ALL=(ALL) NOPASSWD: ALL' >etc/sudoers.d/core
chmod 440 etc/sudoers.d/core

mkdir -p usr/bin
rm -f usr/bin/systemctl
install -m 755 "$state/systemctl.sh" usr/bin/systemctl

cd "$disk"
umount merged
rmdir merged
