import { nodeVersion } from '../../../shared/state/node-version.ts'
import { type Invariant, Violation } from './facts.ts'

/** The release that each host is to run, by `cluster/node`. */
export type WishedReleases = Map<string, string>

/**
 * What a host is to run is never unknown: it is the release that its node is recorded with, or the one that the node is recorded
 * to be on its way to. Whoever goes by the records never takes a node for what it is not.
 */
export function knownReleases(wished: WishedReleases): Invariant {
  return ({ changes }, { clusters, brokers }) => {
    for (const change of changes) {
      if (change.kind !== 'host') continue
      const name = `${change.clusterId}/${(change.after ?? change.before)?.nodeId}`
      const version = change.after?.desired?.kafka.version
      if (version === undefined) wished.delete(name)
      else wished.set(name, version)
    }
    for (const clusterId of new Set(
      changes.flatMap((change) => (concernsRelease(change.kind) ? [change.clusterId] : [])),
    )) {
      const cluster = clusters.get(clusterId)
      for (const node of brokers.get(clusterId)?.values() ?? []) {
        const version = wished.get(`${clusterId}/${node.nodeId}`)
        if (cluster === undefined || version === undefined) continue
        const recorded = nodeVersion(cluster, node)
        if (version === recorded || version === node.orderedVersion) continue
        const what = `Node ${node.nodeId} of cluster ${clusterId}`
        throw new Violation(`${what} is to run Kafka ${version} and is recorded with ${recorded}`)
      }
    }
  }
}

const concernsRelease = (kind: string) => kind === 'host' || kind === 'broker' || kind === 'cluster'
