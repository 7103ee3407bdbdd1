import type { KafkaVersion } from '../catalogue/kafka-versions.ts'
import { KAFKA_VERSION_NAMES } from '../catalogue/kafka-versions.ts'
import { configConflicts } from './config-conflicts.ts'
import { type ConfigKey, configKeys } from './config-keys.ts'
import { valueProblem } from './config-values.ts'
import { isManagedKey } from './managed-keys.ts'
import { defaultReplication } from './weir-defaults.ts'

/** Which rule a setting breaks. */
export type ConfigRule =
  | 'UNKNOWN_KEY'
  | 'MANAGED_KEY'
  | 'NOT_IN_VERSION'
  | 'WRONG_TYPE'
  | 'OUT_OF_RANGE'
  | 'CONFLICTING_KEYS'

/** A setting that is refused; the detail is a public sentence that names the rule. */
export interface ConfigViolation {
  readonly key: string
  readonly rule: ConfigRule
  readonly detail: string
}

/** Checks a tenant's Kafka configuration for a release and a number of brokers; empty when all of it may be applied. */
export function validateKafkaConfig(
  version: KafkaVersion,
  config: Readonly<Record<string, string>>,
  brokers: number,
): readonly ConfigViolation[] {
  const single = Object.entries(config).flatMap(([key, value]) => settingViolation(version, key, value) ?? [])
  // Conflicts between values that are wrong by themselves would only repeat what has been said.
  if (single.length > 0) return single
  const value = (key: string): number | undefined => effectiveNumber(version, config, brokers, key)
  return configConflicts(value, brokers).map(({ keys, detail }) => ({
    // Blame what the tenant has set, not a default.
    key: keys.find((key) => key in config) ?? keys[0] ?? '',
    rule: 'CONFLICTING_KEYS',
    detail,
  }))
}

function settingViolation(version: KafkaVersion, key: string, value: string): ConfigViolation | undefined {
  if (isManagedKey(key)) {
    return { key, rule: 'MANAGED_KEY', detail: `${key} is managed by Weir and cannot be set` }
  }
  const row = configKeys(version).get(key)
  if (row === undefined) return { key, ...absence(version, key) }
  const problem = valueProblem(row, value)
  return problem === undefined ? undefined : { key, ...problem }
}

function absence(version: KafkaVersion, key: string): Omit<ConfigViolation, 'key'> {
  const others = KAFKA_VERSION_NAMES.filter((other) => configKeys(other).has(key))
  if (others.length === 0) return { rule: 'UNKNOWN_KEY', detail: `${key} is not a Kafka broker configuration key` }
  return { rule: 'NOT_IN_VERSION', detail: `${key} is not a key of Kafka ${version}, but of ${others.join(' and ')}` }
}

function effectiveNumber(
  version: KafkaVersion,
  config: Readonly<Record<string, string>>,
  brokers: number,
  key: string,
): number | undefined {
  const row = configKeys(version).get(key)
  if (row === undefined) return undefined
  const text = config[key] ?? weirDefault(row, config, brokers)
  return text === null ? undefined : Number(text)
}

/** What must be in sync, by the key that says how many replicas there are. */
const replicasKeyOf: Readonly<Record<string, string>> = {
  'min.insync.replicas': 'default.replication.factor',
  'transaction.state.log.min.isr': 'transaction.state.log.replication.factor',
  'share.coordinator.state.topic.min.isr': 'share.coordinator.state.topic.replication.factor',
}

/** Weir's default where the rules between keys ask for one, else Kafka's. */
function weirDefault(row: ConfigKey, config: Readonly<Record<string, string>>, brokers: number): string | null {
  const replicasKey = replicasKeyOf[row.key]
  if (replicasKey !== undefined) return String(defaultReplication(brokers, config[replicasKey]).inSync)
  if (row.key.endsWith('replication.factor')) return String(defaultReplication(brokers, undefined).replicas)
  // Weir sizes this one to the host and to the number of threads.
  return row.key === 'log.cleaner.dedupe.buffer.size' ? null : row.default
}
