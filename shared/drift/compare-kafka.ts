import { levelsOfRelease } from '../catalogue/kafka-versions.ts'
import { allowedDynamicDefault, isSameValue } from '../kafka/config-change.ts'
import type { BrokerFacts, BrokerView, QuorumView } from '../ports/kafka.ts'
import type { BrokerRecord } from '../records/cluster.ts'
import { finalisedLevels } from '../state/finalised-levels.ts'
import { nodeVersion } from '../state/node-version.ts'
import type { RecordedCluster } from './compare-fleet.ts'
import type { Drift } from './drift.ts'

/** What Kafka says of itself. */
export interface SeenKafka {
  readonly kafkaClusterUuid: string
  /** The brokers that are registered and not fenced. */
  readonly brokers: readonly BrokerView[]
  readonly quorum: Pick<QuorumView, 'voters'>
  /** Of those brokers that could be asked. */
  readonly facts: ReadonlyMap<number, BrokerFacts>
}

/** What Kafka says of itself that is not as it was ordered, or that somebody has changed beside Weir. */
export function compareKafka(recorded: RecordedCluster, seen: SeenKafka): readonly Drift[] {
  const { cluster, brokers: nodes } = recorded
  const brokers = nodes.filter(({ roles }) => roles.includes('broker'))
  const known = new Set(brokers.map(({ nodeId }) => nodeId))
  return [
    ...clusterOf(cluster.kafkaClusterUuid, seen),
    ...brokers.flatMap((broker) => registrationOf(broker, seen)),
    ...seen.brokers
      .filter(({ nodeId }) => !known.has(nodeId))
      .map(({ nodeId }): Drift => {
        const detail = `A broker ${nodeId} is registered that does not belong to the cluster.`
        return { kind: 'BrokerUnknown', nodeId, detail }
      }),
    ...votersOf(nodes, seen),
    ...nodes.flatMap((node) => releaseOf(recorded, node)),
    ...brokers.flatMap((broker) => factsOf(recorded, broker, seen.facts.get(broker.nodeId))),
  ]
}

function clusterOf(wanted: string, { kafkaClusterUuid }: SeenKafka): readonly Drift[] {
  if (kafkaClusterUuid === wanted) return []
  return [{ kind: 'KafkaClusterDiffers', detail: `The brokers belong to Kafka cluster ${kafkaClusterUuid}.` }]
}

function registrationOf({ nodeId, zone }: BrokerRecord, { brokers }: SeenKafka): readonly Drift[] {
  const view = brokers.find((broker) => broker.nodeId === nodeId)
  if (!view)
    return [{ kind: 'BrokerNotRegistered', nodeId, detail: `Broker ${nodeId} is not registered, or is fenced.` }]
  if (view.rack === zone) return []
  return [{ kind: 'RackDiffers', nodeId, detail: `Broker ${nodeId} says it is in ${view.rack} and not in ${zone}.` }]
}

function votersOf(nodes: readonly BrokerRecord[], { quorum }: SeenKafka): readonly Drift[] {
  const ids = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b).join(', ')
  const wanted = ids(nodes.filter(({ roles }) => roles.includes('controller')).map(({ nodeId }) => nodeId))
  const found = ids(quorum.voters.map(({ nodeId }) => nodeId))
  if (found === wanted) return []
  return [{ kind: 'VotersDiffer', detail: `The voters of the quorum are ${found} and not ${wanted}.` }]
}

/** The release by the host's own word, to the last digit. */
function releaseOf({ cluster, hosts }: RecordedCluster, broker: BrokerRecord): readonly Drift[] {
  const { nodeId } = broker
  const wanted = nodeVersion(cluster, broker)
  const host = hosts.find((candidate) => candidate.nodeId === nodeId)
  const found = host?.observed?.process.kafkaVersion
  if (found === undefined || found === wanted || host?.observed?.generation !== host?.generation) return []
  return [{ kind: 'VersionDiffers', nodeId, detail: `Node ${nodeId} runs Kafka ${found} and not ${wanted}.` }]
}

function factsOf(recorded: RecordedCluster, broker: BrokerRecord, facts: BrokerFacts | undefined): readonly Drift[] {
  return facts ? [...levelsOf(recorded, broker, facts), ...settingsOf(recorded, broker, facts)] : []
}

function levelsOf({ cluster }: RecordedCluster, broker: BrokerRecord, facts: BrokerFacts): readonly Drift[] {
  const { nodeId } = broker
  const kafkaVersion = nodeVersion(cluster, broker)
  const newest = levelsOfRelease(kafkaVersion)['metadata.version']
  const wanted = finalisedLevels(cluster)['metadata.version']
  const { metadataLevel, newestMetadataLevel } = facts
  const isOther = newestMetadataLevel !== newest
  const release = `Broker ${nodeId} knows metadata up to level ${newestMetadataLevel}, Kafka ${kafkaVersion} up to ${newest}.`
  const level = `The metadata of broker ${nodeId} is at level ${metadataLevel} and not at ${wanted}.`
  return [
    ...(isOther ? [{ kind: 'VersionDiffers', nodeId, detail: release } as const] : []),
    ...(metadataLevel === wanted ? [] : [{ kind: 'MetadataLevelDiffers', nodeId, detail: level } as const]),
  ]
}

function settingsOf({ cluster }: RecordedCluster, broker: BrokerRecord, { settings }: BrokerFacts): readonly Drift[] {
  const { nodeId, configRevision = 1 } = broker
  const { config, brokers } = cluster.spec
  const version = nodeVersion(cluster, broker)
  const isSame = (key: string, one: string | undefined, other: string) =>
    one !== undefined && isSameValue(version, key, one, other)
  const drifts: Drift[] = []
  const told = new Set<string>()
  for (const [setting, { override, clusterDefault }] of settings) {
    if (override !== undefined) {
      const detail = `Broker ${nodeId} has a value of its own for ${setting}, which Weir did not set.`
      drifts.push({ kind: 'SettingOverridden', nodeId, setting, detail })
      told.add(setting)
    }
    if (clusterDefault === undefined) continue
    const allowed = allowedDynamicDefault({ version, brokerCount: brokers.count, config }, setting)
    if (allowed !== undefined && isSame(setting, clusterDefault, allowed)) continue
    // It is one setting of the whole cluster, whichever broker tells of it.
    const wanted = allowed === undefined ? 'and was not ordered' : `and not ${allowed}`
    const detail = `The cluster's dynamic default of ${setting} is ${clusterDefault || 'secret'} ${wanted}.`
    drifts.push({ kind: 'SettingDiffers', setting, detail })
    told.add(setting)
  }
  // A node that an operation left with an older configuration says so itself.
  if (configRevision !== (cluster.configRevision ?? 1)) return drifts
  for (const [setting, wanted] of Object.entries(config)) {
    const value = settings.get(setting)?.value
    if (told.has(setting) || value === undefined || isSame(setting, value, wanted)) continue
    const detail = `Broker ${nodeId} works with ${setting}=${value} and not with ${wanted}.`
    drifts.push({ kind: 'SettingDiffers', nodeId, setting, detail })
  }
  return drifts
}
