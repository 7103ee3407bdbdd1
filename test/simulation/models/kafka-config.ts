import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { Kafka, KafkaTarget } from '../../../shared/ports/kafka.ts'
import type { KafkaData } from './kafka-data.ts'
import { heedsCordon, newestMetadataLevel } from './kafka-membership.ts'
import type { KafkaProcess, Machine } from './machine.ts'

/** What the settings need of the rest of the model. */
export interface ConfigParts {
  /** The data of a cluster that answers through its brokers or through its controllers. */
  readonly metadata: (target: KafkaTarget) => Promise<KafkaData>
  readonly metadataOfControllers: (target: KafkaTarget) => Promise<KafkaData>
  readonly brokersUp: (clusterId: string) => readonly { readonly machine: Machine; readonly kafka: KafkaProcess }[]
  readonly unavailable: () => Error
}

type ConfigCalls = 'alterClusterConfig' | 'overrideOnBroker' | 'clearOverrides' | 'brokerConfig' | 'brokerFacts'

/** Settings of brokers: those of their files, the dynamic defaults of all, and those of one only, which outrank the others. */
export function configModel({
  metadata,
  metadataOfControllers,
  brokersUp,
  unavailable,
}: ConfigParts): Pick<Kafka, ConfigCalls> {
  /** The process of a broker that serves: it is told and asked itself. */
  const processOf = ({ clusterId }: KafkaTarget, nodeId: number): KafkaProcess => {
    const found = brokersUp(clusterId).find(({ machine }) => machine.node.nodeId === nodeId)
    if (!found) throw unavailable()
    return found.kafka
  }

  return {
    alterClusterConfig: async (target, sets, deletes, { validateOnly }) => {
      const { settings } = await metadata(target)
      if (validateOnly) return
      for (const [key, value] of Object.entries(sets)) settings.set(key, value)
      for (const key of deletes) settings.delete(key)
    },
    overrideOnBroker: async (target, nodeId, sets) => {
      const cluster = await metadata(target)
      const { overrides } = cluster
      if (!heedsCordon(cluster) && 'cordoned.log.dirs' in sets)
        throw new DomainError('INVALID_FIELD', 'Kafka refuses cordoned.log.dirs: metadata is below 4.3-IV0.')
      processOf(target, nodeId)
      for (const [key, value] of Object.entries(sets)) overrides.set(`${nodeId}/${key}`, value)
    },
    clearOverrides: async (target, nodeId, keys) => {
      const { overrides } = await metadataOfControllers(target)
      for (const key of keys) overrides.delete(`${nodeId}/${key}`)
    },
    brokerConfig: async (target, nodeId, asked) => {
      const { settings, overrides } = await metadata(target)
      const { config: file } = processOf(target, nodeId).desired.kafka
      return new Map(
        asked.map((key) => [
          key,
          {
            value: overrides.get(`${nodeId}/${key}`) ?? settings.get(key) ?? file[key],
            dynamicDefault: settings.has(key) && !overrides.has(`${nodeId}/${key}`),
            overridden: overrides.has(`${nodeId}/${key}`),
            beneath: file[key],
          },
        ]),
      )
    },
    brokerFacts: async (target, nodeId) => {
      const { settings, overrides, features } = await metadata(target)
      const { config: file, version } = processOf(target, nodeId).desired.kafka
      const own = new Map(
        [...overrides].flatMap(([name, value]) => {
          const [id, key = ''] = name.split('/')
          return Number(id) === nodeId ? [[key, value] as const] : []
        }),
      )
      return {
        metadataLevel: features.get('metadata.version') ?? 0,
        newestMetadataLevel: newestMetadataLevel(version),
        settings: new Map(
          [...new Set([...Object.keys(file), ...settings.keys(), ...own.keys()])].map((key) => {
            const [override, clusterDefault] = [own.get(key), settings.get(key)]
            return [
              key,
              {
                value: override ?? clusterDefault ?? file[key],
                ...(override !== undefined && { override }),
                ...(clusterDefault !== undefined && { clusterDefault }),
              },
            ]
          }),
        ),
      }
    },
  }
}
