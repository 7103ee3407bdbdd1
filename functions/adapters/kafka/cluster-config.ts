import {
  ConfigResourceTypes,
  type Connection,
  describeConfigsV4,
  IncrementalAlterConfigOperationTypes,
  incrementalAlterConfigsV1,
} from '@platformatic/kafka'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import { listenerPorts } from '../../../shared/kafka/listeners.ts'
import type { BrokerSetting, KafkaTarget } from '../../../shared/ports/kafka.ts'
import { type Entrance, type FailoverParts, firstAnswer, unavailable, withConnection } from './connections.ts'
import { onController } from './controllers.ts'
import { isPassing, refusalsIn, unexpected } from './failures.ts'
import { readBrokers } from './metadata.ts'

/** What Kafka calls the resource of the dynamic default of all brokers. */
const ALL_BROKERS = ''

/** The sources DYNAMIC_BROKER_CONFIG and DYNAMIC_DEFAULT_BROKER_CONFIG in an answer. */
const OVERRIDDEN = 2
const DYNAMIC_DEFAULT = 3

/** The sources STATIC_BROKER_CONFIG and DEFAULT_CONFIG. */
const NOT_DYNAMIC: ReadonlySet<number> = new Set([4, 5])

/** Refusals that whoever ordered the configuration can mend. */
const MENDABLE: ReadonlySet<string> = new Set(['INVALID_CONFIG', 'INVALID_REQUEST', 'POLICY_VIOLATION'])

/** Sets and deletes dynamic defaults through any broker, which hands them on to the controller. */
export async function alterClusterConfig(
  connection: Connection,
  sets: Readonly<Record<string, string>>,
  deletes: readonly string[],
  validateOnly: boolean,
): Promise<void> {
  await alterConfig(connection, ALL_BROKERS, { sets, deletes, validateOnly })
}

/** Sets dynamic settings of one broker; no other broker takes the request. */
export async function overrideOnBroker(
  parts: FailoverParts,
  target: KafkaTarget,
  nodeId: number,
  sets: Readonly<Record<string, string>>,
  entrance: Entrance,
): Promise<void> {
  await onItself(parts, target, nodeId, entrance, (connection) =>
    alterConfig(connection, String(nodeId), { sets, deletes: [], validateOnly: false }),
  )
}

/**
 * Takes dynamic settings of one broker away through the active controller, which needs no word of the broker for it. Of one that
 * is not registered Kafka takes none away any more.
 */
export async function clearOverrides(
  target: KafkaTarget,
  nodeId: number,
  keys: readonly string[],
  entrance: Entrance,
): Promise<void> {
  await onController(target, entrance, async (connection) => {
    try {
      await alterConfig(connection, String(nodeId), { sets: {}, deletes: keys, validateOnly: false })
    } catch (error) {
      if (!refusalsIn(error).some(({ name }) => name === 'BROKER_ID_NOT_REGISTERED')) throw error
    }
  })
}

interface Alteration {
  readonly sets: Readonly<Record<string, string>>
  readonly deletes: readonly string[]
  readonly validateOnly: boolean
}

async function alterConfig(
  connection: Connection,
  resourceName: string,
  { sets, deletes, validateOnly }: Alteration,
): Promise<void> {
  const { SET, DELETE } = IncrementalAlterConfigOperationTypes
  const configs = [
    ...Object.entries(sets).map(([name, value]) => ({ name, configOperation: SET, value })),
    ...deletes.map((name) => ({ name, configOperation: DELETE })),
  ]
  try {
    await incrementalAlterConfigsV1.api.async(
      connection,
      [{ resourceType: ConfigResourceTypes.BROKER, resourceName, configs }],
      validateOnly,
    )
  } catch (error) {
    if (isPassing(error)) throw error
    const refusal = refusalsIn(error).find(({ name }) => MENDABLE.has(name))
    if (refusal === undefined) throw unexpected('IncrementalAlterConfigs', error)
    throw refused(
      refusal.name,
      refusal.words ?? `Kafka answers ${refusal.name}.`,
      [...Object.keys(sets), ...deletes],
      error,
    )
  }
}

/** Kafka names the key in its words and nowhere else. */
function refused(name: string, words: string, names: readonly string[], cause: unknown): DomainError {
  const key = names.toSorted((one, other) => other.length - one.length).find((each) => words.includes(each))
  const pointer = key === undefined ? '/config' : `/config/${key}`
  return new DomainError('INVALID_FIELD', `Kafka refuses ${key ?? 'the configuration'}: ${words}`, {
    violations: [{ pointer, rule: name.toLowerCase(), detail: words }],
    cause,
  })
}

/** Asks a broker for settings of its own: no other broker knows them. */
export async function readBrokerConfig(
  parts: FailoverParts,
  target: KafkaTarget,
  nodeId: number,
  keys: readonly string[],
  entrance: Entrance,
): Promise<ReadonlyMap<string, BrokerSetting>> {
  const resource = {
    resourceType: ConfigResourceTypes.BROKER,
    resourceName: String(nodeId),
    configurationKeys: [...keys],
  }
  return onItself(parts, target, nodeId, entrance, async (connection) => {
    try {
      const { results } = await describeConfigsV4.api.async(connection, [resource], true, false)
      return new Map(
        results.flatMap(({ configs }) =>
          configs.map(({ name, value, configSource, synonyms }) => [
            name,
            {
              value: value ?? undefined,
              dynamicDefault: configSource === DYNAMIC_DEFAULT,
              overridden: configSource === OVERRIDDEN,
              beneath: beneath(synonyms),
            },
          ]),
        ),
      )
    } catch (error) {
      throw isPassing(error) ? error : unexpected('DescribeConfigs', error)
    }
  })
}

/** Calls on the broker itself, on whichever address it has registered with. */
export async function onItself<T>(
  parts: FailoverParts,
  target: KafkaTarget,
  nodeId: number,
  entrance: Entrance,
  call: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { brokers } = await firstAnswer(parts, target, target.brokers, entrance, readBrokers)
  const broker = brokers.find((seen) => seen.nodeId === nodeId)
  if (!broker) throw new DomainError('KAFKA_UNAVAILABLE', `Broker ${nodeId} is not registered at the moment.`)
  try {
    return await withConnection(`${broker.host}:${listenerPorts.REPLICATION}`, entrance, call)
  } catch (error) {
    throw isPassing(error) ? unavailable([error]) : error
  }
}

/** Synonyms come in the order of their precedence. */
function beneath(synonyms: readonly { readonly value: string | null | undefined; readonly source: number }[]) {
  return synonyms.find(({ source }) => NOT_DYNAMIC.has(source))?.value ?? undefined
}
