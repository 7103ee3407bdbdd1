import { inboundRules } from '../shared/network/inbound-rules.ts'
import { isSame } from '../shared/planner/same.ts'
import type { ClusterRef } from '../shared/ports/hosts.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { ClusterRecord } from '../shared/records/cluster.ts'
import { keys } from '../shared/records/keys.ts'
import { getRecord } from '../shared/state/stored.ts'

/**
 * Makes the cluster's security group what is ordered now, whoever calls and however late: what was ordered is read before the
 * fleet is changed and again afterwards, so that a call that hung while something else was ordered leaves that in the end.
 */
export async function followNetwork(ports: Needed<'store' | 'hosts'>, cluster: ClusterRef): Promise<void> {
  for (;;) {
    const before = await orderedRules(ports, cluster)
    if (before === undefined) return ports.hosts.removeSecurityGroup(cluster)
    await ports.hosts.ensureSecurityGroup(cluster, before.inbound, before.access)
    if (isSame(before, await orderedRules(ports, cluster))) return
  }
}

/** Nothing for a cluster that goes or is gone. */
async function orderedRules({ store }: Needed<'store'>, { tenantId, clusterId }: ClusterRef) {
  const cluster = (await getRecord<ClusterRecord>(store, keys.cluster(tenantId, clusterId)))?.record
  const goes = cluster === undefined || cluster.status === 'Deleting' || cluster.status === 'Deleted'
  if (goes) return undefined
  const { network } = cluster.spec
  return { inbound: inboundRules(network), access: network.access }
}
