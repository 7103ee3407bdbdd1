import type { Cloud, Thing } from './cloud.ts'
import { DESCRIPTION, rulesOf, type SecurityRule, securityRules } from './cloud-security-rules.ts'
import { type Query, Refusal, tagSet, type Xml } from './query.ts'

/** A security group with its rules; those that were revoked are still shown for a while. */
export interface SecurityGroup extends Thing {
  readonly name: string
  readonly rules: SecurityRule[]
}

/** The security groups of the cloud. */
export interface SecurityGroups {
  readonly securityGroups: Map<string, SecurityGroup>
  readonly actions: Readonly<Record<string, (query: Query) => Xml>>
  /** A group that a call names; one that is not visible yet is not found. */
  named(id: string): SecurityGroup
}

/** Opens a network with groups that somebody else has made; `isUsed` tells whether a network interface bears a group. */
export function openSecurityGroups(
  cloud: Cloud,
  network: { readonly vpcId: string; readonly groupIds: readonly string[] },
  isUsed: (groupId: string) => boolean,
): SecurityGroups {
  const groups = new Map<string, SecurityGroup>(
    network.groupIds.map((id) => [id, { id, name: id, tags: new Map(), madeAt: Number.NEGATIVE_INFINITY, rules: [] }]),
  )
  const notFound = 'InvalidGroup.NotFound'
  const named = (id: string) => cloud.named(groups, id, notFound)
  const shown = ({ id, name, tags }: SecurityGroup): Xml => ({
    groupId: id,
    groupName: name,
    vpcId: network.vpcId,
    tagSet: tagSet(tags),
  })

  return {
    securityGroups: groups,
    named,
    actions: {
      ...securityRules(cloud, named),
      CreateSecurityGroup: (query) => {
        const name = query.text('GroupName')
        if (query.text('VpcId') !== network.vpcId) throw new Refusal('InvalidVpcID.NotFound')
        if (name.startsWith('sg-') || ![name, query.text('GroupDescription')].every((text) => DESCRIPTION.test(text)))
          throw new Refusal('InvalidParameterValue')
        if ([...groups.values()].some((group) => group.name === name)) throw new Refusal('InvalidGroup.Duplicate')
        const id = cloud.newId('sg')
        const rules = rulesOf(cloud, id, 'egress', [{ protocol: '-1', port: -1, cidr: '0.0.0.0/0', description: '' }])
        groups.set(id, { id, name, tags: query.tags('security-group'), madeAt: cloud.now(), rules })
        return { groupId: id, return: true }
      },
      DescribeSecurityGroups: (query) => {
        const filters = { 'group-id': ({ id }: SecurityGroup) => id, 'group-name': ({ name }: SecurityGroup) => name }
        const { page, nextToken } = cloud.described(query, groups, { idParameter: 'GroupId', notFound, filters })
        return { securityGroupInfo: page.map(shown), nextToken }
      },
      DeleteSecurityGroup: (query) => {
        const { id } = named(query.text('GroupId'))
        const isNamed = ({ rules, ...group }: SecurityGroup) =>
          group.id !== id && rules.some((rule) => rule.groupId === id && rule.revokedAt === undefined)
        if (isUsed(id) || [...groups.values()].some(isNamed)) throw new Refusal('DependencyViolation')
        groups.delete(id)
        return { return: true }
      },
    },
  }
}
