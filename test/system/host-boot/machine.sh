#!/bin/bash
# Becomes a machine: processes, network and devices of its own, and a root of its own in which everything written goes with it.
# It is off as soon as its standard input ends.
# usage: machine.sh FOLDER PROGRAMS NODE FORWARD ADDRESS...
set -eu
folder=$1 programs=$2 node=$3 forward=$4
shift 4
root=$folder/root
ip link set lo up
# The other address of the metadata service, which only Linux's own network stack knows here.
ip -6 address add fd00:ec2::254/128 dev lo
for address in "$@"; do ip address add "$address/32" dev lo; done
mkdir -p "$folder/memory" "$root"
mount -t tmpfs tmpfs "$folder/memory"
mkdir "$folder/memory/upper" "$folder/memory/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/memory/upper,workdir=$folder/memory/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
for path in dev run tmp; do mount -t tmpfs tmpfs "$root/$path"; done
for device in full null random tty urandom zero; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir -p "$root/dev/disk/by-id" "$root/dev/shm" "$root$folder"
ln -s /proc/self/fd "$root/dev/fd"
# Sockets are met at the place where they are, not at a copy of it.
mount --bind "$folder" "$root$folder"
# Programs of this checkout are run here, also where it lies below /tmp.
checkout=$(realpath "$programs/../../../..")
mkdir -p "$root$checkout"
mount --bind "$checkout" "$root$checkout"
mount -o remount,bind,ro "$root$checkout"
cp "$programs"/* "$root/usr/local/bin/"
cp "$folder/hosts" "$root/etc/hosts"
"$node" "$forward" 169.254.169.254 80 "$folder/metadata.sock" fd00:ec2::254 80 "$folder/metadata.sock" 127.0.0.1 443 "$folder/aws.sock" </dev/null &
# The first process stays a shell, which takes leave of everything that ends on the machine.
exec chroot "$root" bash -c ': >"$0/on"; cat; exit' "$folder"
