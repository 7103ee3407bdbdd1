#!/bin/bash
# Becomes a local host. The number of this process stays the host's number through every exec below, so the file tells the
# truth even if whoever started it is killed at once.
# usage: power-on.sh LOCK_FILE POWER_FILE isolated|plain COMMAND...
lock=$1 power=$2 kind=$3
shift 3
# The lock is inherited by everything in the host: it is free only when all of it is gone.
exec 9>"$lock"
flock --nonblock 9 || exit 0
stat=$(<"/proc/$$/stat")
fields=(${stat##*) })
echo "$$ ${fields[19]}" >"$power.new" && mv "$power.new" "$power"
[ "$kind" = plain ] && exec "$@"
# Mounts of this host are seen by nobody else and end with it, like its processes. The network stays shared: hosts have loopback
# addresses that clients on this machine reach.
exec unshare --mount --propagation private --pid --fork --kill-child --mount-proc "$@"
