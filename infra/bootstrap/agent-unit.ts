import { HOST_PATHS } from './host-paths.ts'

/** The agent's exit code when a newer process has taken over its host: this one must stay down. */
const STALE_EXIT_CODE = 75

/** A broker keeps its segments and their indexes open, and a socket for each client: docs/kafka-operations.md, 6. */
const OPEN_FILES = 200_000

/** The kernel's default of 65,530 is too small: each index of a segment is mapped, and each map counts. */
const MEMORY_MAPS = 262_144

/** What the agent does as root, and with which of root's rights. Kafka has none of them: `commandAs` in agent/kafka-user.ts. */
const CAPABILITIES = [
  // Folders and files of Kafka's user: make, read, give away.
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  // Stop Kafka, and start it as its user without any right.
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  // The rule that keeps Kafka from the instance metadata.
  'CAP_NET_ADMIN',
  // Mount the volume, grow its file system, reboot.
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
]

/**
 * The systemd unit of the agent. Kafka is its child but not its own: only the agent is stopped and restarted by systemd
 * (KillMode), and the next agent finds the running Kafka again. What it must not have is a mount namespace of its own, which
 * every `Protect…=` and `Private…=` of files makes: the data volume would be mounted for one life of the agent only. A Kafka that the kernel
 * ends for want of memory is started again by the agent, so systemd leaves the agent alone then (OOMPolicy). What the agent says goes to the console as well, because nobody
 * can log in, and EC2 shows the console to whoever may read it.
 */
export function agentUnit(): string {
  return `[Unit]
Description=Weir agent
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStartPre=+/usr/sbin/sysctl -q -w vm.max_map_count=${MEMORY_MAPS} vm.swappiness=1
ExecStartPre=-+/bin/sh -c 'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled'
ExecStart=${HOST_PATHS.nodeDir}/bin/node ${HOST_PATHS.agent} ${HOST_PATHS.agentConfig}
Restart=on-failure
RestartSec=2
RestartPreventExitStatus=${STALE_EXIT_CODE}
KillMode=process
OOMPolicy=continue
NoNewPrivileges=yes
CapabilityBoundingSet=${CAPABILITIES.join(' ')}
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
LimitNOFILE=${OPEN_FILES}
TasksMax=infinity
StandardOutput=journal+console

[Install]
WantedBy=multi-user.target
`
}
