#!/bin/sh
# Becomes a task from an image: a root of its own that shows the machine's programs, the image's files and what is
# mounted, and nothing else of the agent. Runs in a fresh mount namespace of the agent.
# Usage: task-root.sh SANDBOX IMAGE_CONFIG [HOST_PATH CONTAINER_PATH MODE]... -- VARIABLE=VALUE... PROGRAM [ARGUMENT]...
# The text of the image's config.yml is in SANDBOX/image-config.yml, where IMAGE_CONFIG is not empty.
set -eu
sandbox=$1 config=$2
shift 2
root=$sandbox/root
mkdir -p "$root"
mount -t tmpfs -o mode=755,size=256m task "$root"
cd "$root"
for folder in bin sbin lib lib32 lib64 libx32 usr; do
    if [ -L "/$folder" ]; then
        cp -P "/$folder" "$folder"
    elif [ -d "/$folder" ]; then
        mkdir "$folder"
        mount --bind "/$folder" "$folder"
        mount -o remount,bind,ro "$folder"
    fi
done
mkdir -p etc tmp proc dev run var/lib/registry mnt/mesos/sandbox
chmod 1777 tmp
for file in passwd group hosts resolv.conf nsswitch.conf; do
    [ ! -e "/etc/$file" ] || cp -L "/etc/$file" etc/
done
if [ -n "$config" ]; then
    mkdir -p ".${config%/*}"
    cp "$sandbox/image-config.yml" ".$config"
fi
mount --bind /proc proc
mount --rbind /dev dev
mount --bind "$sandbox" mnt/mesos/sandbox
while [ "$1" != -- ]; do
    from=$1 to=.$2 mode=$3
    shift 3
    [ -e "$from" ] || mkdir -p "$from" # as Docker does
    if [ -d "$from" ]; then
        mkdir -p "$to"
    else
        mkdir -p "${to%/*}"
        [ -e "$to" ] || : >"$to"
    fi
    mount --bind "$from" "$to"
    [ "$mode" = RW ] || mount -o remount,bind,ro "$to"
done
shift
exec chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    MESOS_SANDBOX=/mnt/mesos/sandbox "$@"
