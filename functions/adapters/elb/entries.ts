import { EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { ClusterRef } from '../../../shared/ports/hosts.ts'
import type { EntryBroker, PublicEntries, PublicEntry } from '../../../shared/ports/public-entries.ts'
import { FLEET_CLIENT_SETTINGS } from '../aws-client-settings.ts'
import { patience } from '../ec2/patience.ts'
import { tellFailures } from '../tell-failures.ts'
import { ensureLoadBalancer, findLoadBalancer, removeLoadBalancer } from './load-balancer.ts'
import type { ElbParts } from './parts.ts'
import { entryFailure } from './refusals.ts'
import { ensureDoors, findTargetGroups, removeTargetGroup, unhealthyTargets } from './target-groups.ts'

/** What the entries are made of; the clients are by default those of the function's own region and role. */
export type ElbEntriesParts = Omit<ElbParts, 'client' | 'ec2'> & Partial<Pick<ElbParts, 'client' | 'ec2'>>

/**
 * Public entries as network load balancers, one for each cluster. They pass TCP through, so TLS ends at the brokers, which see the
 * addresses of clients. Everything has a name that follows from the cluster's id, under which it is made once and found again.
 */
export function elbEntries(given: ElbEntriesParts): PublicEntries {
  const parts: ElbParts = {
    client: new ElasticLoadBalancingV2Client(FLEET_CLIENT_SETTINGS),
    ec2: new EC2Client(FLEET_CLIENT_SETTINGS),
    ...given,
  }
  return {
    ensureEntry: (cluster, brokers) => told(() => ensureEntry(parts, cluster, brokers)),
    missingOf: (cluster, brokers) => told(() => missingOf(parts, cluster, brokers)),
    removeEntry: (cluster) => told(() => removeEntry(parts, cluster)),
  }
}

async function ensureEntry(
  parts: ElbParts,
  cluster: ClusterRef,
  brokers: readonly EntryBroker[],
): Promise<PublicEntry> {
  const zones = new Set(brokers.map(({ zone }) => zone))
  const { LoadBalancerArn, DNSName, CanonicalHostedZoneId } = await ensureLoadBalancer(parts, cluster, zones)
  await ensureDoors(parts, cluster, LoadBalancerArn, brokers)
  if (DNSName === undefined || CanonicalHostedZoneId === undefined) {
    throw new Error('Elastic Load Balancing named no name of a load balancer')
  }
  return { host: DNSName, aliasZoneId: CanonicalHostedZoneId }
}

async function missingOf(
  parts: ElbParts,
  cluster: ClusterRef,
  brokers: readonly EntryBroker[],
): Promise<string | undefined> {
  const state = (await findLoadBalancer(parts, cluster))?.State?.Code
  if (state !== 'active') return `The load balancer of the cluster is ${state ?? 'not to be seen'} and not active.`
  const unwell = await unhealthyTargets(parts, await findTargetGroups(parts, cluster))
  if (unwell.length === 0) return undefined
  const nodes = brokers.filter(({ address }) => unwell.includes(address)).map(({ nodeId }) => nodeId)
  return `The load balancer of the cluster does not reach node ${nodes.join(', ')}.`
}

async function removeEntry(parts: ElbParts, cluster: ClusterRef): Promise<void> {
  await patience(parts.clock).until('The public entry of the cluster still exists.', async () => {
    const balancer = await findLoadBalancer(parts, cluster)
    if (balancer) await removeLoadBalancer(parts, balancer)
    const groups = await findTargetGroups(parts, cluster)
    for (const group of groups) await removeTargetGroup(parts, group)
    return balancer === undefined && groups.length === 0 ? true : undefined
  })
}

const told = tellFailures(entryFailure)
