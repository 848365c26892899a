#!/bin/sh
# Brings a fault into the host that it runs in, or takes all faults out again.
# Usage: fault.sh NAME [VALUE] | fault.sh clear
# VALUE is seconds, percent, a path or an offset, as the fault has it.
set -eu
faults=/run/lab/faults # one file for each fault that is in force
mkdir -p $faults
users='/root /home/core'

# The password of the user core, lab-password, as crypt(3) has it.
# shellcheck disable=SC2016
hash='$6$lablablab$dvevp/2vKhTg8bqrdwaeM0bfDTT1lTcJGF2k4ftB3ov/1k5cZcKX.C2dYMblMvABmGDaCKFiaTg5fuivlFyJP/'

set_password() { sed -i "s|^core:[^:]*:|core:$1:|" /etc/shadow; }

set_shell() { sed -i "s,^\(\(root\|core\):.*\):[^:]*\$,\1:$1," /etc/passwd; }

# Keeps a file as it is now, to be put back by restore.
keep() { [ -e "$faults/kept$1" ] || { mkdir -p "$faults/kept$(dirname "$1")" && cp -a "$1" "$faults/kept$1"; }; }

restore() { cp -a "$faults/kept$1" "$1" && rm "$faults/kept$1"; }

filter() {
    nft -f - <<END
table inet fault {
    chain in { type filter hook input priority -300; iif lo accept; $1; }
    chain out { type filter hook output priority -300; oif lo accept; $2; }
}
END
}

# The socket that sshd listens on.
listener() { awk '$2 ~ /:0016$/ && $4 == "0A" { print $10 }' /proc/net/tcp; }

# Has sshd, which is pid 1, read its configuration and keys again, and waits until it listens anew.
restart_sshd() {
    before=$(listener)
    kill -HUP 1
    for _ in $(seq 500); do
        now=$(listener)
        [ -z "$now" ] || [ "$now" = "$before" ] || return 0
        sleep 0.01
    done
    echo 'sshd does not come back' >&2
    return 1
}

sshd_setting() { printf '%b\n' "$2" >"/etc/ssh/sshd_config.d/$1.conf" && restart_sshd; }

sshd_unset() { rm -f "/etc/ssh/sshd_config.d/$1.conf" && restart_sshd; }

# Holds one connection that never logs in, so that sshd counts one more than MaxStartups allows.
hold_connection() {
    rm -f /run/lab/hold
    setsid bash -c 'exec 3<>/dev/tcp/127.0.0.1/22; read -r _ <&3; echo $$ >/run/lab/hold; exec sleep infinity' \
        </dev/null >/dev/null 2>&1 &
    for _ in $(seq 500); do
        [ ! -s /run/lab/hold ] || return 0
        sleep 0.01
    done
    echo 'no connection to hold' >&2
    return 1
}

hide_keys() { for home in $users; do mv "$home"/.ssh/authorized_keys "$home"/.ssh/hidden; done; }

show_keys() { for home in $users; do mv "$home"/.ssh/hidden "$home"/.ssh/authorized_keys; done; }

hide_sysctl() { mount -t tmpfs -o mode=555 no-conntrack /proc/sys/net/netfilter; }

program() { printf '#!/bin/sh\n%s\n' "$2" >"/usr/local/bin/$1" && chmod 755 "/usr/local/bin/$1"; }

on() {
    case $1 in
    blackholed) filter drop drop ;;
    port-closed) filter 'tcp dport 22 reject with tcp reset' accept ;;
    slow)
        keep /etc/passwd
        program slow-shell "sleep $2; exec /bin/sh \"\$@\""
        set_shell /usr/local/bin/slow-shell
        for name in sudo sysctl; do program $name "sleep $2; exec $(command -v $name) \"\$@\""; done
        ;;
    changed-host-key)
        keep /etc/ssh/ssh_host_ed25519_key
        keep /etc/ssh/ssh_host_ed25519_key.pub
        rm /etc/ssh/ssh_host_ed25519_key
        ssh-keygen -q -t ed25519 -N '' -C changed -f /etc/ssh/ssh_host_ed25519_key </dev/null
        restart_sshd
        ;;
    key-refused) hide_keys ;;
    password-login)
        hide_keys
        set_password "$hash"
        sshd_setting password 'PasswordAuthentication yes'
        ;;
    sudo-password)
        set_password "$hash"
        echo 'core ALL=(ALL) ALL' >/etc/sudoers.d/core
        ;;
    requiretty) echo 'Defaults requiretty' >/etc/sudoers.d/requiretty ;;
    disk-full)
        stat -f -c %b /run/lab/disk >$faults/disk-blocks
        mount -o "remount,size=$(($(stat -f -c '(%b - %f) * %S' /run/lab/disk)))" /run/lab/disk
        ;;
    read-only-etc)
        mount --bind /etc /etc
        mount -o remount,bind,ro /etc
        ;;
    certs-d-is-file)
        mkdir -p /etc/docker
        [ ! -d /etc/docker/certs.d ] || mv /etc/docker/certs.d /etc/docker/certs.d.kept
        echo 'not a folder' >/etc/docker/certs.d
        ;;
    no-conntrack) hide_sysctl ;;
    conntrack-not-loaded)
        hide_sysctl
        # The key appears when the module is loaded, as on an agent whose firewall is empty.
        program modprobe 'case "$*" in *nf_conntrack*) umount /proc/sys/net/netfilter 2>/dev/null || true ;; esac'
        cp /usr/local/bin/modprobe /usr/local/sbin/modprobe
        ;;
    max-startups)
        sshd_setting startups "MaxStartups 1:$2:1000\nLoginGraceTime 0"
        hold_connection
        ;;
    chatty)
        printf '\n*** Authorised use only. All you do is recorded. ***\n' >/etc/lab-banner
        sshd_setting banner 'Banner /etc/lab-banner'
        # shellcheck disable=SC2016
        echo 'echo "Welcome to $(hostname), says sshrc"' >/etc/ssh/sshrc
        for home in $users; do
            printf 'echo "Today is a good day (.bashrc)"\necho "so take care" >&2\n' >"$home"/.bashrc
        done
        ;;
    login-shell)
        keep /etc/passwd
        set_shell "$2"
        ;;
    clock)
        ls /usr/lib/*/faketime/libfaketime.so.1 >/etc/ld.so.preload
        echo "$2" >/etc/faketimerc
        # Where fs.protected_regular is on, sudo may not share a user's memory in a sticky folder.
        chmod 0777 /dev/shm
        # sshd must be fooled itself: the library's shared memory is then made before its sandbox, not inside.
        restart_sshd
        ;;
    *) echo "no fault is called $1" >&2 && exit 2 ;;
    esac
}

off() {
    case $1 in
    blackholed | port-closed) nft delete table inet fault ;;
    slow)
        restore /etc/passwd
        rm -f /usr/local/bin/slow-shell /usr/local/bin/sudo /usr/local/bin/sysctl
        ;;
    changed-host-key)
        restore /etc/ssh/ssh_host_ed25519_key
        restore /etc/ssh/ssh_host_ed25519_key.pub
        restart_sshd
        ;;
    key-refused) show_keys ;;
    password-login)
        show_keys
        set_password '*'
        sshd_unset password
        ;;
    sudo-password)
        set_password '*'
        echo 'core ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/core
        ;;
    requiretty) rm /etc/sudoers.d/requiretty ;;
    disk-full) mount -o "remount,size=$(($(cat $faults/disk-blocks) * $(stat -f -c %S /run/lab/disk)))" /run/lab/disk ;;
    read-only-etc) umount /etc ;;
    certs-d-is-file)
        rm /etc/docker/certs.d
        [ ! -d /etc/docker/certs.d.kept ] || mv /etc/docker/certs.d.kept /etc/docker/certs.d
        ;;
    no-conntrack) umount /proc/sys/net/netfilter ;;
    conntrack-not-loaded)
        umount /proc/sys/net/netfilter 2>/dev/null || true
        rm /usr/local/bin/modprobe /usr/local/sbin/modprobe
        ;;
    max-startups)
        kill "$(cat /run/lab/hold)"
        sshd_unset startups
        ;;
    chatty)
        rm /etc/lab-banner /etc/ssh/sshrc /root/.bashrc /home/core/.bashrc
        sshd_unset banner
        ;;
    login-shell) restore /etc/passwd ;;
    clock)
        rm /etc/ld.so.preload /etc/faketimerc
        chmod 1777 /dev/shm
        restart_sshd
        ;;
    esac
}

case $1 in
clear)
    # Those first that keep the others from being undone.
    # shellcheck disable=SC2012
    for name in disk-full read-only-etc $(ls $faults | sed -n 's/\.fault$//p'); do
        [ -f "$faults/$name.fault" ] || continue
        off "$name"
        rm "$faults/$name.fault"
    done
    ;;
*)
    on "$@"
    : >"$faults/$1.fault"
    ;;
esac
