/** Keys that do not fit together, with a public sentence that names the rule. */
export interface Conflict {
  /** The key that the sentence is about comes first. */
  readonly keys: readonly string[]
  readonly detail: string
}

/** Reads the number in force for a key: the tenant's, else Weir's, else Kafka's; undefined when the release lacks the key. */
export type EffectiveNumber = (key: string) => number | undefined

type ConflictRule = (value: EffectiveNumber, brokers: number) => Conflict | undefined

/** `low` times the factor must not be above `high`. */
function atMost(low: string, high: string, factor = 1): ConflictRule {
  return (value) => {
    const [lower, upper] = [value(low), value(high)]
    if (lower === undefined || upper === undefined || lower * factor <= upper) return undefined
    const subject = factor === 1 ? low : `${low} times ${factor}`
    return {
      keys: [low, high],
      detail: `${subject}, which is ${lower * factor}, must not be above ${high}, which is ${upper}`,
    }
  }
}

/** A topic needs a broker for each replica, and more replicas than must be in sync, or one restart stops all writing. */
function replication(replicas: string, inSync?: string): readonly ConflictRule[] {
  const enoughBrokers: ConflictRule = (value, brokers) =>
    (value(replicas) ?? 0) <= brokers
      ? undefined
      : { keys: [replicas], detail: `${replicas} must not be above the number of brokers, which is ${brokers}` }
  const roomForOne: ConflictRule = (value) => {
    if (inSync === undefined) return undefined
    const [total, needed] = [value(replicas), value(inSync)]
    if (total === undefined || needed === undefined || needed < total || (needed === 1 && total === 1)) return undefined
    const detail = `${inSync} must be below ${replicas}, which is ${total}: otherwise the restart of one broker stops all writing`
    return { keys: [inSync, replicas], detail }
  }
  return [enoughBrokers, roomForOne]
}

const oneMiB = 1_048_576

/** `group.<kind>.min.<what>` ≤ `group.<kind>.<what>` ≤ `group.<kind>.max.<what>`, for the kinds of group that have them. */
const groupRanges: readonly ConflictRule[] = ['consumer', 'share', 'streams'].flatMap((kind) =>
  [
    'assignment.interval.ms',
    'delivery.count.limit',
    'heartbeat.interval.ms',
    'partition.max.record.locks',
    'record.lock.duration.ms',
    'session.timeout.ms',
  ].flatMap((what) => [
    atMost(`group.${kind}.min.${what}`, `group.${kind}.${what}`),
    atMost(`group.${kind}.${what}`, `group.${kind}.max.${what}`),
    atMost(`group.${kind}.min.${what}`, `group.${kind}.max.${what}`),
  ]),
)

/** The rules between keys, most of which Kafka itself checks when it starts: too late for whoever set them. */
const rules: readonly ConflictRule[] = [
  ...replication('default.replication.factor', 'min.insync.replicas'),
  ...replication('offsets.topic.replication.factor'),
  ...replication('transaction.state.log.replication.factor', 'transaction.state.log.min.isr'),
  ...replication('share.coordinator.state.topic.replication.factor', 'share.coordinator.state.topic.min.isr'),
  atMost('broker.heartbeat.interval.ms', 'broker.session.timeout.ms', 2),
  atMost('replica.fetch.wait.max.ms', 'replica.socket.timeout.ms'),
  atMost('replica.fetch.wait.max.ms', 'replica.lag.time.max.ms'),
  atMost('group.min.session.timeout.ms', 'group.max.session.timeout.ms'),
  atMost('offsets.commit.required.acks', 'offsets.topic.replication.factor'),
  atMost('group.share.max.size', 'group.share.max.share.sessions'),
  atMost('group.streams.num.standby.replicas', 'group.streams.max.standby.replicas'),
  ...groupRanges,
  (value) => {
    const [size, threads] = [value('log.cleaner.dedupe.buffer.size'), value('log.cleaner.threads')]
    if (size === undefined || threads === undefined || Math.floor(size / threads) > oneMiB) return undefined
    const detail = `log.cleaner.dedupe.buffer.size must be above ${oneMiB} for each of the ${threads} log.cleaner.threads`
    return { keys: ['log.cleaner.dedupe.buffer.size', 'log.cleaner.threads'], detail }
  },
  (value) => {
    const [queued, request] = [value('queued.max.request.bytes'), value('socket.request.max.bytes')]
    if (queued === undefined || request === undefined || queued <= 0 || queued >= request) return undefined
    const detail = `queued.max.request.bytes must be -1, or not below socket.request.max.bytes, which is ${request}`
    return { keys: ['queued.max.request.bytes', 'socket.request.max.bytes'], detail }
  },
  (value) => {
    const [delay, idle] = [value('connection.failed.authentication.delay.ms'), value('connections.max.idle.ms')]
    if (delay === undefined || idle === undefined || idle < 0 || delay < idle) return undefined
    const detail = `connection.failed.authentication.delay.ms must be below connections.max.idle.ms, which is ${idle}`
    return { keys: ['connection.failed.authentication.delay.ms', 'connections.max.idle.ms'], detail }
  },
]

/** All rules between keys that the numbers in force break. */
export function configConflicts(value: EffectiveNumber, brokers: number): readonly Conflict[] {
  return rules.flatMap((rule) => rule(value, brokers) ?? [])
}
