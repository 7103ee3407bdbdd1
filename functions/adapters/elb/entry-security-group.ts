import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { ClusterRef } from '../../../shared/ports/hosts.ts'
import { filtersFor } from '../ec2/tags.ts'
import type { ElbParts } from './parts.ts'

/** The group with the ordered rules, which the fleet keeps beside the one of the hosts. */
export async function entrySecurityGroup(
  { ec2, stage }: ElbParts,
  { tenantId, clusterId }: ClusterRef,
): Promise<string> {
  const Filters = filtersFor(stage, 'entrySecurityGroup', { tenantId, clusterId })
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))
  const groupId = SecurityGroups[0]?.GroupId
  if (groupId === undefined) throw new DomainError('NOT_YET', 'The security group of the entry cannot be seen yet.')
  return groupId
}
