import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  paginateDescribeSecurityGroups,
  type SecurityGroup,
} from '@aws-sdk/client-ec2'
import type { InboundRule } from '../../../shared/network/inbound-rules.ts'
import type { ClusterRef } from '../../../shared/ports/hosts.ts'
import type { Ec2Parts } from './parts.ts'
import { patience } from './patience.ts'
import { isNotFound, refusalCode } from './refusals.ts'
import { settleRules, wantedRules } from './security-group-rules.ts'
import { filtersFor, type Scope, tagsOf } from './tags.ts'

/** The security groups of a cluster or of the deployment. */
export async function findSecurityGroups({ client, stage }: Ec2Parts, scope: Scope): Promise<readonly SecurityGroup[]> {
  const found: SecurityGroup[] = []
  const pages = paginateDescribeSecurityGroups({ client }, { Filters: filtersFor(stage, 'securityGroup', scope) })
  for await (const { SecurityGroups = [] } of pages) found.push(...SecurityGroups)
  return found
}

/** The cluster's own group, if it can be seen. */
export async function findSecurityGroup(
  parts: Ec2Parts,
  { tenantId, clusterId }: ClusterRef,
): Promise<string | undefined> {
  return (await findSecurityGroups(parts, { tenantId, clusterId }))[0]?.GroupId
}

/** One group with exactly the rules that are wanted. */
export async function ensureSecurityGroup(
  parts: Ec2Parts,
  cluster: ClusterRef,
  inbound: readonly InboundRule[],
): Promise<string> {
  const wait = patience(parts.clock)
  let made = false
  const groupId = await wait.until('The security group of the cluster cannot be seen yet.', async () => {
    const found = await findSecurityGroup(parts, cluster)
    if (found === undefined && !made) await create(parts, cluster)
    made = true
    return found
  })
  await settleRules(parts, groupId, wantedRules(groupId, inbound), wait)
  return groupId
}

/** There is no client token for groups, but a name is there once only in a network. */
async function create({ client, stage, settings }: Ec2Parts, cluster: ClusterRef): Promise<void> {
  const { tenantId, clusterId } = cluster
  try {
    await client.send(
      new CreateSecurityGroupCommand({
        GroupName: `weir-${stage}-${clusterId}`,
        Description: `Weir: who may reach cluster ${clusterId}`,
        VpcId: settings.vpcId,
        TagSpecifications: [
          { ResourceType: 'security-group', Tags: tagsOf(stage, { tenantId, clusterId }, 'securityGroup') },
        ],
      }),
    )
  } catch (thrown) {
    if (refusalCode(thrown) !== 'InvalidGroup.Duplicate') throw thrown
  }
}

/** Until no group of the cluster is left. */
export async function removeSecurityGroup(parts: Ec2Parts, cluster: ClusterRef): Promise<void> {
  const wait = patience(parts.clock)
  await wait.until('The security group of the cluster is still in use.', async () => {
    const left = await findSecurityGroups(parts, cluster)
    for (const { GroupId } of left) await remove(parts, GroupId)
    return left.length === 0 ? true : undefined
  })
}

async function remove({ client }: Ec2Parts, GroupId: string | undefined): Promise<void> {
  try {
    await client.send(new DeleteSecurityGroupCommand({ GroupId }))
  } catch (thrown) {
    // A network interface still bears it: one that goes now, or one that nobody has removed.
    if (refusalCode(thrown) !== 'DependencyViolation' && !isNotFound(thrown)) throw thrown
  }
}
