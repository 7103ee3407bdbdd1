/** Where everything is on a host on EC2. */
export const HOST_PATHS = {
  manifest: '/opt/weir/manifest.json',
  nodeArchive: '/opt/weir/node.tar.gz',
  nodeDir: '/opt/weir/node',
  agent: '/opt/weir/agent.mjs',
  agentConfig: '/etc/weir/agent.json',
  agentUnit: '/etc/systemd/system/weir-agent.service',
  state: '/var/lib/weir/state',
  temp: '/var/lib/weir/tmp',
  releases: '/var/lib/weir/releases',
  data: '/var/lib/weir/data',
  log: '/var/log/weir',
} as const
