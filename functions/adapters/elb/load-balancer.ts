import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  type LoadBalancer,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { ClusterRef } from '../../../shared/ports/hosts.ts'
import { entrySecurityGroup } from './entry-security-group.ts'
import { type ElbParts, entryName, entryTags } from './parts.ts'
import { isNotFound } from './refusals.ts'

/** The load balancer of a cluster, if it can be seen. */
export async function findLoadBalancer({ client }: ElbParts, cluster: ClusterRef): Promise<LoadBalancer | undefined> {
  try {
    const { LoadBalancers } = await client.send(new DescribeLoadBalancersCommand({ Names: [entryName(cluster)] }))
    return LoadBalancers?.[0]
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined
    throw thrown
  }
}

/**
 * The cluster has a network load balancer in the zones of its brokers. The same name with the same settings is the same load balancer
 * to the service, however often it is asked for.
 */
export async function ensureLoadBalancer(
  parts: ElbParts,
  cluster: ClusterRef,
  zones: ReadonlySet<string>,
): Promise<LoadBalancer> {
  const found = (await findLoadBalancer(parts, cluster)) ?? (await create(parts, cluster, zones))
  // A broker's own port leads to its zone only, from whatever zone a client comes in.
  await parts.client.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: found.LoadBalancerArn,
      Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }],
    }),
  )
  return found
}

async function create(parts: ElbParts, cluster: ClusterRef, zones: ReadonlySet<string>): Promise<LoadBalancer> {
  const { client, stage, settings } = parts
  const { LoadBalancers } = await client.send(
    new CreateLoadBalancerCommand({
      Name: entryName(cluster),
      Type: 'network',
      Scheme: 'internet-facing',
      IpAddressType: 'ipv4',
      Subnets: subnetsOf(parts, zones),
      // Without one from the beginning it can never have any.
      SecurityGroups: [settings.securityGroupId, await entrySecurityGroup(parts, cluster)],
      Tags: entryTags(stage, cluster),
    }),
  )
  const [made] = LoadBalancers ?? []
  if (!made) throw new Error('Elastic Load Balancing named no load balancer')
  return made
}

function subnetsOf({ settings }: ElbParts, zones: ReadonlySet<string>): string[] {
  return [...zones].map((zone) => {
    const subnetId = Object.entries(settings.subnetIds).find(([name]) => name === zone)?.[1]
    if (subnetId !== undefined) return subnetId
    throw new DomainError('NOT_PROVIDED', `This deployment has no public subnet in zone ${zone}.`)
  })
}

/** Asks for its removal, with all of its listeners. */
export async function removeLoadBalancer({ client }: ElbParts, { LoadBalancerArn }: LoadBalancer): Promise<void> {
  try {
    await client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }))
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown
  }
}
