import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  paginateDescribeSecurityGroups,
  type SecurityGroup,
} from '@aws-sdk/client-ec2'
import type { InboundRule } from '../../../shared/network/inbound-rules.ts'
import type { ClusterRef } from '../../../shared/ports/hosts.ts'
import type { Ec2Parts } from './parts.ts'
import { type Patience, patience } from './patience.ts'
import { isNotFound, refusalCode } from './refusals.ts'
import { settleRules, wantedEntryRules, wantedRules } from './security-group-rules.ts'
import { filtersFor, type Scope, tagsOf, type Use } from './tags.ts'

/** What a group is for: the hosts of a cluster, or its public entry. */
type GroupUse = Extract<Use, `${string}ecurityGroup`>

/** The security groups of a cluster or of the deployment. */
export async function findSecurityGroups(
  { client, stage }: Ec2Parts,
  scope: Scope,
  use: GroupUse = 'securityGroup',
): Promise<readonly SecurityGroup[]> {
  const found: SecurityGroup[] = []
  const pages = paginateDescribeSecurityGroups({ client }, { Filters: filtersFor(stage, use, scope) })
  for await (const { SecurityGroups = [] } of pages) found.push(...SecurityGroups)
  return found
}

/** The cluster's own group, if it can be seen. */
export async function findSecurityGroup(
  parts: Ec2Parts,
  { tenantId, clusterId }: ClusterRef,
  use: GroupUse = 'securityGroup',
): Promise<string | undefined> {
  return (await findSecurityGroups(parts, { tenantId, clusterId }, use))[0]?.GroupId
}

/** One group with exactly the rules that are wanted. */
export async function ensureSecurityGroup(
  parts: Ec2Parts,
  cluster: ClusterRef,
  inbound: readonly InboundRule[],
): Promise<string> {
  const wait = patience(parts.clock)
  const groupId = await ensureGroup(parts, cluster, 'securityGroup', wait)
  await settleRules(parts, groupId, wantedRules(groupId, inbound), wait)
  return groupId
}

/** The group that the public entry of a cluster bears, with the same ranges. */
export async function ensureEntrySecurityGroup(
  parts: Ec2Parts,
  cluster: ClusterRef,
  inbound: readonly InboundRule[],
): Promise<void> {
  const wait = patience(parts.clock)
  const groupId = await ensureGroup(parts, cluster, 'entrySecurityGroup', wait)
  await settleRules(parts, groupId, wantedEntryRules(inbound), wait)
}

async function ensureGroup(parts: Ec2Parts, cluster: ClusterRef, use: GroupUse, wait: Patience): Promise<string> {
  let made = false
  return wait.until('The security group of the cluster cannot be seen yet.', async () => {
    const found = await findSecurityGroup(parts, cluster, use)
    if (found === undefined && !made) await create(parts, cluster, use)
    made = true
    return found
  })
}

/** What groups of a cluster are called and told apart by. */
const SUFFIX = { securityGroup: '', entrySecurityGroup: '-public' } as const satisfies Record<GroupUse, string>

/** There is no client token for groups, but a name is there once only in a network. */
async function create({ client, stage, settings }: Ec2Parts, cluster: ClusterRef, use: GroupUse): Promise<void> {
  const { tenantId, clusterId } = cluster
  try {
    await client.send(
      new CreateSecurityGroupCommand({
        GroupName: `weir-${stage}-${clusterId}${SUFFIX[use]}`,
        Description: `Weir: who may reach cluster ${clusterId}`,
        VpcId: settings.vpcId,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: tagsOf(stage, { tenantId, clusterId }, use) }],
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
    const left = [
      ...(await findSecurityGroups(parts, cluster)),
      ...(await findSecurityGroups(parts, cluster, 'entrySecurityGroup')),
    ]
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
