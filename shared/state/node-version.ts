import type { KafkaVersion } from '../catalogue/kafka-versions.ts'
import { oldestOf } from '../catalogue/upgrade-paths.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'

type Spec = Pick<ClusterRecord, 'spec'>
type Node = Pick<BrokerRecord, 'kafkaVersion' | 'orderedVersion'>

/** The release that a node runs: in the middle of an upgrade not that of its cluster. */
export function nodeVersion({ spec }: Spec, { kafkaVersion }: Node): KafkaVersion {
  return kafkaVersion ?? spec.kafkaVersion
}

/**
 * The oldest release that any of these nodes may run: what all of them understand. One that is being brought to another release
 * may run either; where there are no nodes yet, it is the release that is ordered.
 */
export function oldestVersion(cluster: Spec, nodes: readonly Node[]): KafkaVersion {
  const versions = nodes.flatMap((node) => [nodeVersion(cluster, node), node.orderedVersion ?? []].flat())
  const [first = cluster.spec.kafkaVersion, ...others] = versions
  return oldestOf(first, ...others)
}

/** The releases that the nodes of a cluster run, each with its nodes, the oldest first. */
export function runningVersions(
  cluster: Spec,
  nodes: readonly BrokerRecord[],
): readonly { readonly version: KafkaVersion; readonly nodes: readonly number[] }[] {
  const byVersion = Map.groupBy(nodes, (node) => nodeVersion(cluster, node))
  return [...byVersion]
    .toSorted(([one], [other]) => (one === other ? 0 : oldestOf(one, other) === one ? -1 : 1))
    .map(([version, running]) => ({ version, nodes: running.map(({ nodeId }) => nodeId) }))
}
