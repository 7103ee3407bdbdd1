#!/bin/bash
# The first process of a local host: keeps the agent running, as systemd does on EC2, until the agent says that a newer
# process owns this host, or that the machine shall reboot. When this process ends, the host is off; one that reboots leaves
# a file behind, by which whoever powers hosts on knows that it shall come back.
# usage: init.sh NODE AGENT CONFIG STALE_EXIT_CODE REBOOT_EXIT_CODE REBOOT_FILE
node=$1 agent=$2 config=$3 stale=$4 reboot=$5 reboot_file=$6
ulimit -n "$(ulimit -Hn)"
stopping=
trap 'stopping=1' TERM
while [ -z "$stopping" ]; do
  "$node" "$agent" "$config" &
  wait $!
  code=$?
  if [ "$code" = "$stale" ]; then exit "$code"; fi
  if [ "$code" = "$reboot" ] && [ -z "$stopping" ]; then
    : >"$reboot_file"
    exit "$code"
  fi
  [ -n "$stopping" ] || sleep 1
done
# Told to stop: Kafka is stopping too. Whoever powers the host off ends this process when nothing else is left.
while :; do sleep 1; done
