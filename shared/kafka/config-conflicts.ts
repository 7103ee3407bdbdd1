/** Two keys that do not fit together; the key is the one to change. */
export interface Conflict {
  readonly key: string
  readonly detail: string
}

/** Reads the number in force for a key: the tenant's, else Weir's, else Kafka's; undefined when the release lacks the key. */
export type EffectiveNumber = (key: string) => number | undefined

type ConflictRule = (value: EffectiveNumber, brokers: number) => Conflict | undefined

/** `low` × factor must not be above `high`. */
function atMost(low: string, high: string, factor = 1): ConflictRule {
  return (value) => {
    const [lower, upper] = [value(low), value(high)]
    if (lower === undefined || upper === undefined || lower * factor <= upper) return undefined
    const times = factor === 1 ? low : `${low} times ${factor}`
    return { key: low, detail: `${times} must not be above ${high}, which is ${upper}` }
  }
}

/** A topic needs a broker for each replica, and one replica more than must be in sync, or one restart stops all writing. */
function replication(replicas: string, inSync: string | undefined): readonly ConflictRule[] {
  return [
    (value, brokers) =>
      (value(replicas) ?? 0) <= brokers
        ? undefined
        : { key: replicas, detail: `${replicas} must not be above the number of brokers, which is ${brokers}` },
    (value) => {
      if (inSync === undefined) return undefined
      const [total, needed] = [value(replicas), value(inSync)]
      if (total === undefined || needed === undefined || total < 1) return undefined
      if (needed < total || (needed === 1 && total === 1)) return undefined
      const detail = `${inSync} must be below ${replicas}, which is ${total}: otherwise the restart of one broker stops all writing`
      return { key: inSync, detail }
    },
  ]
}

const oneMiB = 1_048_576

const groupKinds = ['consumer', 'share', 'streams'] as const

/** The rules between keys, most of which Kafka itself checks when it starts: too late for whoever set them. */
const rules: readonly ConflictRule[] = [
  ...replication('default.replication.factor', 'min.insync.replicas'),
  ...replication('offsets.topic.replication.factor', undefined),
  ...replication('transaction.state.log.replication.factor', 'transaction.state.log.min.isr'),
  ...replication('share.coordinator.state.topic.replication.factor', 'share.coordinator.state.topic.min.isr'),
  atMost('broker.heartbeat.interval.ms', 'broker.session.timeout.ms', 2),
  atMost('replica.fetch.wait.max.ms', 'replica.socket.timeout.ms'),
  atMost('replica.fetch.wait.max.ms', 'replica.lag.time.max.ms'),
  atMost('group.min.session.timeout.ms', 'group.max.session.timeout.ms'),
  atMost('offsets.commit.required.acks', 'offsets.topic.replication.factor'),
  ...groupKinds.flatMap((kind) =>
    (['heartbeat.interval', 'session.timeout'] as const).flatMap((what) => [
      atMost(`group.${kind}.min.${what}.ms`, `group.${kind}.${what}.ms`),
      atMost(`group.${kind}.${what}.ms`, `group.${kind}.max.${what}.ms`),
    ]),
  ),
  (value) => {
    const [size, threads] = [value('log.cleaner.dedupe.buffer.size'), value('log.cleaner.threads')]
    if (size === undefined || threads === undefined || Math.floor(size / threads) > oneMiB) return undefined
    const detail = `log.cleaner.dedupe.buffer.size must be above ${oneMiB} for each of the ${threads} log.cleaner.threads`
    return { key: 'log.cleaner.dedupe.buffer.size', detail }
  },
  (value) => {
    const [queued, request] = [value('queued.max.request.bytes'), value('socket.request.max.bytes')]
    if (queued === undefined || request === undefined || queued <= 0 || queued >= request) return undefined
    const detail = `queued.max.request.bytes must be -1, or not below socket.request.max.bytes, which is ${request}`
    return { key: 'queued.max.request.bytes', detail }
  },
  (value) => {
    const [delay, idle] = [value('connection.failed.authentication.delay.ms'), value('connections.max.idle.ms')]
    if (delay === undefined || idle === undefined || idle < 0 || delay < idle) return undefined
    const detail = `connection.failed.authentication.delay.ms must be below connections.max.idle.ms, which is ${idle}`
    return { key: 'connection.failed.authentication.delay.ms', detail }
  },
]

/** All pairs of keys that do not fit together, each key once per rule. */
export function configConflicts(value: EffectiveNumber, brokers: number): readonly Conflict[] {
  return rules.flatMap((rule) => rule(value, brokers) ?? [])
}
