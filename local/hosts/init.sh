#!/bin/bash
# The first process of a local host: keeps the agent running, as systemd does on EC2, until the agent says that a newer
# process owns this host. When this process ends, the host is off.
# usage: init.sh NODE AGENT CONFIG STALE_EXIT_CODE
node=$1 agent=$2 config=$3 stale=$4
ulimit -n "$(ulimit -Hn)"
stopping=
trap 'stopping=1' TERM
while [ -z "$stopping" ]; do
  "$node" "$agent" "$config" &
  wait $!
  code=$?
  if [ "$code" = "$stale" ]; then exit "$code"; fi
  [ -n "$stopping" ] || sleep 1
done
# Told to stop: Kafka is stopping too. Whoever powers the host off ends this process when nothing else is left.
while :; do sleep 1; done
