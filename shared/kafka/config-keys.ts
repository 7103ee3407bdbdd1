import type { KafkaVersion } from '../catalogue/kafka-versions.ts'
import { startupChecks } from './config-key-checks.ts'
import rows371 from './config-keys/3.7.1.json' with { type: 'json' }
import rows392 from './config-keys/3.9.2.json' with { type: 'json' }
import rows431 from './config-keys/4.3.1.json' with { type: 'json' }

/** How Kafka reads the value of a key. */
export const configTypes = ['boolean', 'int', 'long', 'short', 'double', 'string', 'list'] as const

/** How Kafka reads the value of a key. */
export type ConfigType = (typeof configTypes)[number]

/** What a change of a key takes: one setting for all brokers, one for each of them, or a restart of every process. */
export const dynamicClasses = ['cluster-dynamic', 'per-broker-dynamic', 'restart'] as const

/** What a change of a key takes. */
export type DynamicClass = (typeof dynamicClasses)[number]

/** A configuration key that tenants may set on a release, as Kafka itself defines it. */
export interface ConfigKey {
  readonly key: string
  readonly type: ConfigType
  readonly dynamic: DynamicClass
  /** Null: Kafka has none and derives the value from another key. */
  readonly default: string | null
  readonly min?: number
  readonly max?: number
  /** Values that are good although they are out of range, for instance -1 for "the codec's own". */
  readonly also?: readonly number[]
  /** A number that is refused although it is in range. */
  readonly except?: number
  /** The only good values; of a list, the only good elements. */
  readonly values?: readonly string[]
  /** The values are good in capitals, too. */
  readonly ignoreCase?: boolean
  /** An element that a list must have. */
  readonly contains?: string
  /** What a text must look like. */
  readonly shape?: { readonly pattern: string; readonly words: string }
}

const tables: Readonly<Record<KafkaVersion, ReadonlyMap<string, ConfigKey>>> = {
  '3.7.1': tableOf(rows371),
  '3.9.2': tableOf(rows392),
  '4.3.1': tableOf(rows431),
}

/** The keys that tenants may set on a release, frozen from the definition inside its jars, with what it checks at its start. */
export function configKeys(version: KafkaVersion): ReadonlyMap<string, ConfigKey> {
  return tables[version]
}

interface RawRow extends Omit<ConfigKey, 'type' | 'dynamic'> {
  readonly type: string
  readonly dynamic: string
}

function tableOf(rows: readonly RawRow[]): ReadonlyMap<string, ConfigKey> {
  return new Map(
    rows.map(({ type, dynamic, ...rest }) => [
      rest.key,
      { ...rest, type: oneOf(configTypes, type), dynamic: oneOf(dynamicClasses, dynamic), ...startupChecks[rest.key] },
    ]),
  )
}

function oneOf<T extends string>(names: readonly T[], text: string): T {
  const found = names.find((name) => name === text)
  if (found === undefined) throw new Error(`${text} is none of ${names.join(', ')}`)
  return found
}
