import {
  ConfigResourceTypes,
  ConfigSources,
  type Connection,
  describeConfigsV4,
  IncrementalAlterConfigOperationTypes,
  incrementalAlterConfigsV1,
} from '@platformatic/kafka'
import type { KafkaTarget } from '../../../shared/ports/kafka.ts'
import {
  type ReplicaSpot,
  THROTTLE_RATES,
  THROTTLED_REPLICAS,
  type ThrottledReplicas,
} from '../../../shared/ports/kafka-moves.ts'
import { readBrokerConfig } from './cluster-config.ts'
import { type Entrance, type FailoverParts, firstAnswer } from './connections.ts'
import { onController } from './controllers.ts'
import { isPassing, refusalsIn, unexpected } from './failures.ts'
import { readBrokers, readTopics } from './metadata.ts'
import { withRefusals } from './whole-answer.ts'

/** Topics that are asked about at once: an answer stays below a megabyte. */
const TOPICS_AT_ONCE = 500

const { SET, DELETE } = IncrementalAlterConfigOperationTypes

const describeTopics = withRefusals(describeConfigsV4)

/** Says which replicas of these topics are throttled. */
export async function throttleReplicas(connection: Connection, throttled: readonly ThrottledReplicas[]): Promise<void> {
  await alterResources(
    connection,
    ConfigResourceTypes.TOPIC,
    throttled.map(({ topic, leaders, followers }) => ({
      name: topic,
      // An empty list says the same as none, and would look like a throttle that was left.
      configs: [listed(THROTTLED_REPLICAS.leaders, leaders), listed(THROTTLED_REPLICAS.followers, followers)],
    })),
    'UNKNOWN_TOPIC_OR_PARTITION',
  )
}

function listed(name: string, spots: readonly ReplicaSpot[]): Config {
  if (spots.length === 0) return { name, configOperation: DELETE }
  const value = spots.map(({ partition, nodeId }) => `${partition}:${nodeId}`).join()
  return { name, configOperation: SET, value }
}

/** Takes the throttled replicas of these topics away. */
export async function clearTopicThrottles(connection: Connection, topics: readonly string[]): Promise<void> {
  await throttleReplicas(
    connection,
    topics.map((topic) => ({ topic, leaders: [], followers: [] })),
  )
}

/** All topics with throttled replicas. */
export async function readTopicsWithThrottles(connection: Connection): Promise<readonly string[]> {
  const names = (await readTopics(connection)).map(({ name }) => name)
  const found: string[] = []
  for (let start = 0; start < names.length; start += TOPICS_AT_ONCE) {
    const resources = names.slice(start, start + TOPICS_AT_ONCE).map((resourceName) => ({
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName,
      configurationKeys: Object.values(THROTTLED_REPLICAS),
    }))
    // A topic that was deleted meanwhile is answered with a refusal and no settings.
    const { results } = await describeTopics.async(connection, resources, false, false)
    const throttled = results.filter(({ configs }) =>
      configs.some(({ configSource }) => configSource === ConfigSources.DYNAMIC_TOPIC_CONFIG),
    )
    found.push(...throttled.map(({ resourceName }) => resourceName))
  }
  return found
}

/** Limits what brokers give and take. */
export async function throttleBrokers(
  target: KafkaTarget,
  nodeIds: readonly number[],
  bytesPerSecond: number,
  entrance: Entrance,
): Promise<void> {
  const value = String(Math.max(1, Math.floor(bytesPerSecond)))
  const configs = THROTTLE_RATES.map((name) => ({ name, configOperation: SET, value }))
  await alterRates(target, nodeIds, configs, entrance)
}

/** Takes that limit away. */
export async function clearBrokerThrottles(
  target: KafkaTarget,
  nodeIds: readonly number[],
  entrance: Entrance,
): Promise<void> {
  const configs = THROTTLE_RATES.map((name) => ({ name, configOperation: DELETE }))
  await alterRates(target, nodeIds, configs, entrance, 'BROKER_ID_NOT_REGISTERED')
}

async function alterRates(
  target: KafkaTarget,
  nodeIds: readonly number[],
  configs: readonly Config[],
  entrance: Entrance,
  fine?: string,
): Promise<void> {
  const brokers = nodeIds.map((nodeId) => ({ name: String(nodeId), configs }))
  await onController(target, entrance, (connection) =>
    alterResources(connection, ConfigResourceTypes.BROKER, brokers, fine),
  )
}

/** The registered brokers that have such a limit. */
export async function readBrokersWithThrottles(
  parts: FailoverParts,
  target: KafkaTarget,
  entrance: Entrance,
): Promise<readonly number[]> {
  const { brokers } = await firstAnswer(parts, target, target.brokers, entrance, readBrokers)
  const asked = await Promise.all(
    brokers.map(async ({ nodeId }) => {
      const settings = await readBrokerConfig(parts, target, nodeId, THROTTLE_RATES, entrance)
      return [...settings.values()].some(({ overridden }) => overridden) ? [nodeId] : []
    }),
  )
  return asked.flat()
}

type Config = incrementalAlterConfigsV1.IncrementalAlterConfigsRequestConfig

/** Alters each resource on its own; the refusal called fine is none. */
async function alterResources(
  connection: Connection,
  resourceType: (typeof ConfigResourceTypes)['TOPIC' | 'BROKER'],
  resources: readonly { readonly name: string; readonly configs: readonly Config[] }[],
  fine?: string,
): Promise<void> {
  if (resources.length === 0) return
  const requests = resources.map(({ name, configs }) => ({
    resourceType,
    resourceName: name,
    configs: configs.map((config) => ({ ...config })),
  }))
  try {
    await incrementalAlterConfigsV1.api.async(connection, requests, false)
  } catch (error) {
    const refusals = refusalsIn(error)
    // Looked at first, because an unknown topic counts as one that may pass.
    if (refusals.length > 0 && refusals.every(({ name }) => name === fine)) return
    throw isPassing(error) ? error : unexpected('IncrementalAlterConfigs', error)
  }
}
