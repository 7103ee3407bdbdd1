/**
 * Beginnings of keys that belong to Weir. Identity, listeners, security and storage of a host are rendered from its record;
 * the others load classes, hold secrets or change what the safety checks of operations rely on.
 */
const managedPrefixes: readonly string[] = [
  // Identity, listeners and places of a host.
  'advertised.',
  'broker.',
  'control.plane.listener.name',
  'controller.',
  'cordoned.log.dirs',
  'early.start.listeners',
  'host.name',
  'inter.broker.',
  'listener.',
  'listeners',
  'log.dir',
  'metadata.log.dir',
  'node.id',
  'port',
  'process.roles',
  'reserved.broker.max.id',
  // Who may come in.
  'allow.everyone.if.no.acl.found',
  'authorizer.',
  'delegation.token.',
  'password.',
  'sasl.',
  'security.',
  'ssl.',
  'super.user',
  // Classes that a broker would load.
  'alter.config.policy.',
  'auto.include.jmx.reporter',
  'client.quota.callback.',
  'config.providers',
  'create.topic.policy.',
  'group.consumer.assignors',
  'group.share.assignors',
  'kafka.metrics.',
  'metric.reporters',
  'principal.builder.',
  'remote.log.',
  'replica.selector.class',
  // What rolling operations and version changes rely on.
  'controlled.shutdown.enable',
  'eligible.leader.replicas.enable',
  'initial.broker.registration.timeout.ms',
  'log.message.format.version',
  'unstable.',
  'zookeeper.',
]

/** Keys that tenants may set although they begin like a managed one: time-outs and cipher choices, which need no class. */
const managedExceptions: ReadonlySet<string> = new Set([
  'broker.heartbeat.interval.ms',
  'broker.session.timeout.ms',
  'controller.quorum.election.backoff.max.ms',
  'controller.quorum.election.timeout.ms',
  'controller.quorum.fetch.timeout.ms',
  'controller.socket.timeout.ms',
  'sasl.server.max.receive.size',
  'ssl.cipher.suites',
  'ssl.enabled.protocols',
  'ssl.protocol',
])

/** Tells whether a Kafka configuration key belongs to Weir, whatever the release. */
export function isManagedKey(key: string): boolean {
  return !managedExceptions.has(key) && managedPrefixes.some((prefix) => key.startsWith(prefix))
}
