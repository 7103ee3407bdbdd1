import {
  ConfigResourceTypes,
  ConfigSources,
  type Connection,
  describeConfigsV4,
  listPartitionReassignmentsV0,
} from '@platformatic/kafka'
import { isPassing, unexpected } from './failures.ts'

const KEY = 'min.insync.replicas'

/** Kafka answers from memory; the time is for a controller that has just changed. */
const LIST_MILLISECONDS = 5000

/** The `min.insync.replicas` in force for each topic: its own, or what it takes from the brokers. */
export async function readMinInSync(
  connection: Connection,
  topics: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const settings = await describe(connection, topics)
  return new Map([...settings].map(([topic, setting]) => [topic, Number(setting?.value ?? 1)]))
}

/** The topics that set it themselves. */
export async function readOwnMinInSync(
  connection: Connection,
  topics: readonly string[],
): Promise<ReadonlySet<string>> {
  const settings = await describe(connection, topics)
  return new Set(
    [...settings].flatMap(([topic, setting]) =>
      setting?.configSource === ConfigSources.DYNAMIC_TOPIC_CONFIG ? [topic] : [],
    ),
  )
}

async function describe(connection: Connection, topics: readonly string[]) {
  if (topics.length === 0) return new Map<string, undefined>()
  const resources = topics.map((resourceName) => ({
    resourceType: ConfigResourceTypes.TOPIC,
    resourceName,
    configurationKeys: [KEY],
  }))
  try {
    const { results } = await describeConfigsV4.api.async(connection, resources, false, false)
    return new Map(
      results.map(({ resourceName, configs }) => [resourceName, configs.find(({ name }) => name === KEY)] as const),
    )
  } catch (error) {
    throw isPassing(error) ? error : unexpected('DescribeConfigs', error)
  }
}

/** The partitions that are being moved between brokers now. */
export async function readReassignments(connection: Connection): Promise<readonly string[]> {
  try {
    const { topics } = await listPartitionReassignmentsV0.api.async(connection, LIST_MILLISECONDS, null)
    return topics.flatMap(({ name, partitions }) => partitions.map(({ partitionIndex }) => `${name}-${partitionIndex}`))
  } catch (error) {
    throw isPassing(error) ? error : unexpected('ListPartitionReassignments', error)
  }
}
