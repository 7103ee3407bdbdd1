import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { PlanBlocker, PlanPhase } from '../contract/plan.ts'
import { type ConfigChange, configChange } from '../kafka/config-change.ts'
import { validateKafkaConfig } from '../kafka/validate-config.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { runningVersions } from '../state/node-version.ts'
import type { ChangeContext, Consequence } from './consequence.ts'
import { estimateSeconds } from './estimates.ts'
import { exposedWarnings } from './exposed-partitions.ts'
import type { PlanFacts } from './facts.ts'
import { minInSyncAfter, noSpareReplicaBlockers } from './min-in-sync.ts'

/** What it takes to get from the cluster's Kafka configuration to the wanted one. */
export function configChangeOf(cluster: ClusterRecord, wanted: ClusterSpec, facts: PlanFacts): ConfigChange {
  return configChange({
    // What the oldest of the nodes reads at its start only is read there by all of them.
    version: facts.oldestVersion ?? cluster.spec.kafkaVersion,
    brokerCount: cluster.spec.brokers.count,
    now: cluster.spec.config,
    wanted: wanted.config,
    isInFile: (key) => facts.configKeysInFiles?.has(key) ?? true,
  })
}

/**
 * The phase of a change of the Kafka configuration. It restarts all nodes where a key is read at the start only, and else
 * just those that an earlier change did not get to.
 */
function configPhase(
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
  wanted: ClusterSpec,
  facts: PlanFacts,
): PlanPhase {
  const { restartKeys } = configChangeOf(cluster, wanted, facts)
  const lagsBehind = ({ configRevision = 1 }: BrokerRecord) => configRevision !== (cluster.configRevision ?? 1)
  const nodes = brokers.filter((broker) => restartKeys.length > 0 || lagsBehind(broker)).map(({ nodeId }) => nodeId)
  return {
    kind: 'updateConfig',
    nodes,
    restarts: nodes.length,
    estimateSeconds: Math.max(1, estimateSeconds('updateConfig', nodes.length, facts)),
  }
}

/** What another Kafka configuration takes: what is read at the start of a node only restarts it. */
export function compileConfig(context: ChangeContext): Consequence {
  const phase = configPhase(context.cluster, context.brokers, context.wanted, context.facts)
  const { restartKeys, dynamicSets } = configChangeOf(context.cluster, context.wanted, context.facts)
  const { topics } = context.facts
  const seen = topics === 'unknown' ? undefined : topics
  return {
    phase,
    warnings: [
      ...(restartKeys.length === 0
        ? []
        : [`Kafka reads ${restartKeys.join(', ')} at its start only: every node is restarted, one after the other.`]),
      ...(seen ? exposedWarnings({ ...seen, minInSync: minInSyncAfter(seen, dynamicSets) }, phase.nodes) : []),
      ...(topics === 'unknown'
        ? ['Kafka did not answer: whether every partition has a replica to spare is not known.']
        : []),
    ],
    blockers: [...olderNodeBlockers(context), ...(seen ? noSpareReplicaBlockers(seen, dynamicSets) : [])],
  }
}

/** In the middle of an upgrade a configuration has to do for every release that runs, not only for the one that is ordered. */
function olderNodeBlockers({ cluster, brokers, wanted }: ChangeContext): readonly PlanBlocker[] {
  const others = runningVersions(cluster, brokers).filter(({ version }) => version !== wanted.kafkaVersion)
  return others.flatMap(({ version, nodes }) =>
    validateKafkaConfig(version, wanted.config, wanted.brokers.count).map(({ key, detail }) => ({
      code: 'INVALID_FIELD' as const,
      pointer: `/config/${key}`,
      detail: `Nodes ${nodes.join(', ')} still run Kafka ${version}: ${detail}.`,
    })),
  )
}
