import { apiVersionsV3, ConfigResourceTypes, type Connection, describeConfigsV4 } from '@platformatic/kafka'
import type { BrokerFacts, KafkaTarget, SettingFacts } from '../../../shared/ports/kafka.ts'
import { onItself } from './cluster-config.ts'
import type { Entrance, FailoverParts } from './connections.ts'
import { isPassing, unexpected } from './failures.ts'

/** How the control plane calls itself to a broker that is asked what it speaks. */
const CLIENT = ['weir-control-plane', '1'] as const

/** The feature whose level tells releases apart. */
const METADATA = 'metadata.version'

/** The sources DYNAMIC_BROKER_CONFIG and DYNAMIC_DEFAULT_BROKER_CONFIG in an answer. */
const OF_BROKER = 2
const OF_CLUSTER = 3

type Described = describeConfigsV4.DescribeConfigsResponseConfig

/** Asks a broker for its levels of metadata and all of its settings: no other broker knows them. */
export async function readBrokerFacts(
  parts: FailoverParts,
  target: KafkaTarget,
  nodeId: number,
  entrance: Entrance,
): Promise<BrokerFacts> {
  const resource = {
    resourceType: ConfigResourceTypes.BROKER,
    resourceName: String(nodeId),
    // None named means all of them.
    configurationKeys: null,
  }
  return onItself(parts, target, nodeId, entrance, async (connection: Connection) => {
    try {
      const { supportedFeatures = [], finalizedFeatures = [] } = await apiVersionsV3.api.async(connection, ...CLIENT)
      const { results } = await describeConfigsV4.api.async(connection, [resource], true, false)
      return {
        metadataLevel: finalizedFeatures.find(({ name }) => name === METADATA)?.maxVersionLevel ?? 0,
        newestMetadataLevel: supportedFeatures.find(({ name }) => name === METADATA)?.maxVersion ?? 0,
        settings: new Map(results.flatMap(({ configs }) => configs.map((config) => [config.name, factsOf(config)]))),
      }
    } catch (error) {
      throw isPassing(error) ? error : unexpected('DescribeConfigs', error)
    }
  })
}

function factsOf({ name, value, synonyms }: Described): SettingFacts {
  // The synonyms of a key may be other keys that stand in for it.
  const from = (wanted: number) => synonyms.find((synonym) => synonym.name === name && synonym.source === wanted)
  const [override, clusterDefault] = [from(OF_BROKER), from(OF_CLUSTER)]
  return {
    value: value ?? undefined,
    ...(override && { override: override.value ?? '' }),
    ...(clusterDefault && { clusterDefault: clusterDefault.value ?? '' }),
  }
}
