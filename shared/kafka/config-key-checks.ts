import type { ConfigKey } from './config-keys.ts'

type Check = Partial<Pick<ConfigKey, 'min' | 'max' | 'except' | 'contains' | 'shape'>>

const limitOrUnlimited: Check = { min: -1, except: 0 }

/** No upper bound in Kafka; beyond this a broker of any size has only more to switch between, and in the end no memory. */
const threads: Check = { min: 1, max: 256 }

/** What Kafka's compression types are numbered. */
const compressionCodec: Check = { min: 0, max: 4 }

/**
 * Rules that Kafka checks when it starts but does not declare with the key, where nobody could see them before a broker
 * fails. They hold on all releases.
 */
export const startupChecks: Readonly<Record<string, Check>> = {
  'background.threads': threads,
  'num.io.threads': threads,
  'num.network.threads': threads,
  'num.recovery.threads.per.data.dir': threads,
  'num.replica.fetchers': threads,
  'broker.session.timeout.ms': { min: 1 },
  'default.replication.factor': { min: 1 },
  'group.coordinator.rebalance.protocols': { contains: 'classic' },
  // No upper bound in Kafka; Weir gives every thread its buffer, so the number must stay sane.
  'log.cleaner.threads': { min: 1, max: 32 },
  'log.retention.hours': limitOrUnlimited,
  'log.retention.minutes': limitOrUnlimited,
  'log.retention.ms': limitOrUnlimited,
  'log.retention.bytes': { min: -1 },
  'log.roll.jitter.ms': { min: 0 },
  'log.roll.ms': { min: 1 },
  // Kafka takes 0 together with overrides; a broker that admits nobody else admits no control plane either.
  'max.connections.per.ip': { min: 1 },
  'max.connections.per.ip.overrides': {
    shape: { pattern: '^$|^[^,:\\s]+:\\d{1,9}(,\\s*[^,:\\s]+:\\d{1,9})*$', words: 'a list of host:number' },
  },
  'offsets.commit.required.acks': { min: -1 },
  'offsets.topic.compression.codec': compressionCodec,
  'share.coordinator.state.topic.compression.codec': compressionCodec,
}
