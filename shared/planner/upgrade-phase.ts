import type { KafkaVersion } from '../catalogue/kafka-versions.ts'
import { supportOf } from '../catalogue/support.ts'
import { isNewer, isOnPath, levelsBeyond } from '../catalogue/upgrade-paths.ts'
import type { PlanBlocker, PlanPhase } from '../contract/plan.ts'
import { isKafka4 } from '../kafka/release-line.ts'
import { validateKafkaConfig } from '../kafka/validate-config.ts'
import { nextToRoll } from '../kafka-safety/roll-order.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { finalisedLevels } from '../state/finalised-levels.ts'
import { nodeVersion, runningVersions } from '../state/node-version.ts'
import type { ChangeContext, Consequence } from './consequence.ts'
import { estimateSeconds } from './estimates.ts'
import { exposedWarnings } from './exposed-partitions.ts'

const POINTER = '/kafkaVersion'

/** The nodes that do not run a release yet, or of which nobody knows; the active controller is known only when each is taken. */
export function nodesToRoll(
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
  version: KafkaVersion,
): readonly BrokerRecord[] {
  const left = brokers.filter((node) => nodeVersion(cluster, node) !== version || node.orderedVersion !== undefined)
  return inRollOrder(left)
}

function inRollOrder(nodes: readonly BrokerRecord[]): readonly BrokerRecord[] {
  const next = nextToRoll(nodes, -1)
  const first = nodes.find(({ nodeId }) => nodeId === next?.nodeId)
  return first ? [first, ...inRollOrder(nodes.filter((node) => node !== first))] : []
}

/**
 * What it takes to bring every node to another release, newer or older: one restart each. An older one is the way back, which is
 * open for as long as nothing is finalised that it does not know (kafka-operations §5.7).
 */
export function compileUpgrade({ cluster, brokers, wanted, facts }: ChangeContext): Consequence {
  const version = wanted.kafkaVersion
  const nodes = nodesToRoll(cluster, brokers, version).map(({ nodeId }) => nodeId)
  const phase: PlanPhase = {
    kind: 'upgradeKafka',
    nodes,
    restarts: nodes.length,
    estimateSeconds: Math.max(1, estimateSeconds('upgradeKafka', nodes.length, facts)),
  }
  const { topics } = facts
  return {
    phase,
    blockers: [
      ...pathBlockers(cluster, brokers, version, facts.now),
      ...configBlockers(cluster, version),
      ...registrationBlockers(brokers, facts.registeredBrokers),
    ],
    warnings: [
      ...warningsOf(cluster, brokers, version),
      ...(topics !== undefined && topics !== 'unknown' ? exposedWarnings(topics, nodes) : []),
      ...(topics === 'unknown'
        ? ['Kafka did not answer: whether every partition has a replica to spare is not known.']
        : []),
    ],
  }
}

function pathBlockers(
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
  version: KafkaVersion,
  now: number,
): readonly PlanBlocker[] {
  const refuse = (detail: string): PlanBlocker => ({ code: 'UPGRADE_NOT_ALLOWED', pointer: POINTER, detail })
  const isUp = runningVersions(cluster, brokers).some((running) => isNewer(version, running.version))
  const { until, state } = supportOf(version, now)
  const offPath = runningVersions(cluster, brokers).filter((running) => !isOnPath(running.version, version))
  const beyond = levelsBeyond(version, finalisedLevels(cluster))
  return [
    ...(isUp && state === 'Ended'
      ? [
          {
            code: 'VERSION_NOT_SUPPORTED' as const,
            pointer: POINTER,
            detail: `Kafka ${version} has not been supported since ${until}.`,
          },
        ]
      : []),
    ...offPath.map(({ version: from }) => refuse(`No path leads from Kafka ${from} to Kafka ${version}.`)),
    ...(beyond.length === 0
      ? []
      : [
          refuse(
            `Kafka ${version} does not know the levels that are finalised (${beyond.join(', ')}): there is no way back to it.`,
          ),
        ]),
  ]
}

/** A key that the release does not know would be passed over in silence, and a value that it refuses keeps it from starting. */
function configBlockers({ spec }: ClusterRecord, version: KafkaVersion): readonly PlanBlocker[] {
  return validateKafkaConfig(version, spec.config, spec.brokers.count).map(({ key, detail }) => ({
    code: 'INVALID_FIELD',
    pointer: `/config/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    detail: `With Kafka ${version}, ${detail}. Change the configuration first.`,
  }))
}

/** Whoever is registered and never comes would keep features from being finalised for ever. */
function registrationBlockers(
  brokers: readonly BrokerRecord[],
  registered: readonly number[] | 'unknown' | undefined,
): readonly PlanBlocker[] {
  if (registered === undefined || registered === 'unknown') return []
  const known = new Set(brokers.flatMap(({ nodeId, roles }) => (roles.includes('broker') ? [nodeId] : [])))
  const stale = registered.filter((nodeId) => !known.has(nodeId))
  if (stale.length === 0) return []
  const detail = `Kafka has brokers registered that the cluster does not have: ${stale.join(', ')}. The platform team has to look.`
  return [{ code: 'STALE_REGISTRATION', pointer: POINTER, detail }]
}

function warningsOf(
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
  version: KafkaVersion,
): readonly string[] {
  const running = runningVersions(cluster, brokers)
  const isUp = running.some(({ version: from }) => isNewer(version, from))
  const entersKafka4 = isKafka4(version) && running.some(({ version: from }) => !isKafka4(from))
  return [
    ...(cluster.spec.topology === 'combined'
      ? [
          'Every node is broker and controller at once: a controller cannot be brought to a release apart from its broker.',
        ]
      : []),
    ...(entersKafka4
      ? [
          'Kafka 4 serves clients of release 2.1 and newer only. Whether older ones connect is not known here: ask those who run them.',
        ]
      : []),
    ...(isUp
      ? [
          'What the new release brings is off until the upgrade is finalised; until then the older release can be ordered again.',
        ]
      : []),
  ]
}
