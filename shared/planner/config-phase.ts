import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { PlanPhase } from '../contract/plan.ts'
import { type ConfigChange, configChange } from '../kafka/config-change.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { estimateSeconds } from './estimates.ts'
import type { PlanFacts } from './facts.ts'

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
export function configPhase(
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
