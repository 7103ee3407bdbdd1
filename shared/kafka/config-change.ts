import type { KafkaVersion } from '../catalogue/kafka-versions.ts'
import { configKeys } from './config-keys.ts'
import { defaultReplication } from './weir-defaults.ts'

/** A tenant's Kafka configuration. */
export type KafkaSettings = Readonly<Record<string, string>>

/** What it takes to get from one configuration to another. */
export interface ConfigChange {
  /** Set as the cluster's dynamic default, which holds for all brokers, also those to come, without a restart. */
  readonly dynamicSets: KafkaSettings
  /** Dynamic defaults that are taken away, so that what the file says holds again. */
  readonly dynamicDeletes: readonly string[]
  /** Keys that a broker reads at its start only. */
  readonly restartKeys: readonly string[]
}

/** What a change is judged by. */
export interface ConfigChangeInput {
  readonly version: KafkaVersion
  readonly brokerCount: number
  readonly now: KafkaSettings
  readonly wanted: KafkaSettings
  /** Tells whether a running broker may have read the key from its file; a removed key then stays in force there. */
  readonly isInFile?: (key: string) => boolean
}

/** How many replicas must have a record before a write with acks=all is acknowledged. */
export const MIN_IN_SYNC = 'min.insync.replicas'
const REPLICAS = 'default.replication.factor'

/** Weir sizes these to the host, in the file: what they would be without the tenant's value only the host knows. */
const SIZED_TO_HOST: ReadonlySet<string> = new Set([
  'num.network.threads',
  'num.io.threads',
  'num.replica.fetchers',
  'num.recovery.threads.per.data.dir',
])

/**
 * Kafka could change these while it runs, on all brokers at once, and allocates what they say without a look at its heap: a
 * wrong value would end every broker. With a restart the first one is the canary.
 */
const TRIED_ON_ONE: ReadonlySet<string> = new Set(['log.cleaner.dedupe.buffer.size', 'log.cleaner.io.buffer.size'])

/**
 * Compares two configurations by what Kafka needs to go from one to the other. Dynamic keys live as the cluster's default,
 * which outranks the file of every broker; all others in the file, which is read at the start.
 */
export function configChange({
  version,
  brokerCount,
  now,
  wanted,
  isInFile = () => true,
}: ConfigChangeInput): ConfigChange {
  const sets = new Map<string, string>()
  const deletes: string[] = []
  const restarts: string[] = []
  for (const key of changedKeys(now, wanted)) {
    if (key === MIN_IN_SYNC) continue
    const row = configKeys(version).get(key)
    const value = wanted[key]
    if (row?.dynamic !== 'cluster-dynamic' || TRIED_ON_ONE.has(key)) restarts.push(key)
    else if (value !== undefined) sets.set(key, value)
    else if (!isInFile(key)) deletes.push(key)
    else if (row.default !== null && !SIZED_TO_HOST.has(key)) sets.set(key, row.default)
    else {
      deletes.push(key)
      restarts.push(key)
    }
  }
  // Clusters formatted by 4.1 and later keep this key as a dynamic default that cannot be deleted and outranks the file.
  const minInSync = minInSyncOf(wanted, brokerCount)
  if (minInSync !== minInSyncOf(now, brokerCount)) sets.set(MIN_IN_SYNC, minInSync)
  return { dynamicSets: Object.fromEntries(sets), dynamicDeletes: deletes, restartKeys: restarts }
}

/** Keys that differ between two configurations, in the order of the alphabet. */
export function changedKeys(now: KafkaSettings, wanted: KafkaSettings): readonly string[] {
  const all = new Set([...Object.keys(now), ...Object.keys(wanted)])
  return [...all].filter((key) => now[key] !== wanted[key]).toSorted()
}

/**
 * The value that a cluster's dynamic default of a key may have under a configuration: what was ordered, or what Weir left there
 * when the key was unset; nothing where it leaves none.
 */
export function allowedDynamicDefault(
  {
    version,
    brokerCount,
    config,
  }: Pick<ConfigChangeInput, 'version' | 'brokerCount'> & { readonly config: KafkaSettings },
  key: string,
): string | undefined {
  if (key === MIN_IN_SYNC) return minInSyncOf(config, brokerCount)
  return config[key] ?? (SIZED_TO_HOST.has(key) ? undefined : (configKeys(version).get(key)?.default ?? undefined))
}

function minInSyncOf(config: KafkaSettings, brokerCount: number): string {
  return config[MIN_IN_SYNC] ?? String(defaultReplication(brokerCount, config[REPLICAS]).inSync)
}

/** Kafka lets the number of threads of a pool grow to twice and shrink to half at a time. */
export const STEPWISE_KEYS: ReadonlySet<string> = new Set([
  'background.threads',
  'log.cleaner.threads',
  'num.io.threads',
  'num.network.threads',
  'num.recovery.threads.per.data.dir',
  'num.replica.fetchers',
])

/** The number of threads that comes next on the way from one number to another. */
export function nextThreads(now: number, wanted: number): number {
  return wanted > now ? Math.min(wanted, now * 2) : Math.max(wanted, Math.ceil(now / 2))
}

/** Tells whether two texts are the same value of a key, however they are written: Kafka answers in its own way. */
export function isSameValue(version: KafkaVersion, key: string, one: string, other: string): boolean {
  const type = configKeys(version).get(key)?.type
  if (type === 'double') return Number(one) === Number(other)
  const plain = (text: string) => {
    if (type === 'int' || type === 'long' || type === 'short') return String(BigInt(text.trim().replace(/^\+/u, '')))
    if (type === 'list')
      return text
        .split(',')
        .map((part) => part.trim())
        .join(',')
    return text.trim().toLowerCase()
  }
  return plain(one) === plain(other)
}
