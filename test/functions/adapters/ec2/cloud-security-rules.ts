import type { Cloud, Thing } from './cloud.ts'
import type { SecurityGroup } from './cloud-security-groups.ts'
import { type Query, Refusal, type Xml } from './query.ts'

/** So many rules has a group in each direction. */
const MOST_RULES = 60

/** What the name and the description of a group, and those of its rules, may be. */
export const DESCRIPTION = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/

type Direction = 'ingress' | 'egress'

interface Permission {
  readonly protocol: string
  readonly port: number
  readonly lastPort?: number
  readonly cidr?: string
  readonly groupId?: string
  readonly description: string
}

/** A rule of a security group. */
export interface SecurityRule extends Thing, Omit<Permission, 'description'> {
  readonly owner: string
  readonly direction: Direction
  description: string
  revokedAt: number | undefined
}

/** Makes rules of a group. */
export function rulesOf(
  cloud: Pick<Cloud, 'newId' | 'now'>,
  owner: string,
  direction: Direction,
  permissions: readonly Permission[],
): SecurityRule[] {
  return permissions.map((permission) => ({
    ...permission,
    id: cloud.newId('sgr'),
    tags: new Map(),
    madeAt: cloud.now(),
    owner,
    direction,
    revokedAt: undefined,
  }))
}

/** The calls that change and show rules. A call has an effect as a whole or none. */
export function securityRules(
  cloud: Cloud,
  named: (groupId: string) => SecurityGroup,
): Readonly<Record<string, (query: Query) => Xml>> {
  const inForce = ({ rules }: SecurityGroup, direction: Direction) =>
    rules.filter((rule) => rule.direction === direction && rule.revokedAt === undefined)

  function permissionsOf(query: Query): readonly Permission[] {
    return query.members('IpPermissions').flatMap((at): Permission[] => {
      const [from, to] = [query.text(`${at}FromPort`), query.text(`${at}ToPort`)]
      const rule = {
        protocol: query.text(`${at}IpProtocol`),
        port: Number(from),
        ...(from !== to && { lastPort: Number(to) }),
      }
      const described = (member: string) => {
        const description = query.text(`${member}Description`)
        if (!DESCRIPTION.test(description)) throw new Refusal('InvalidParameterValue')
        return { ...rule, description }
      }
      return [
        ...query.members(`${at}IpRanges`).map((member) => {
          const cidr = query.text(`${member}CidrIp`)
          // The real one would keep another text than was given, and never find the given one again.
          if (!isCanonical(cidr)) throw new Error(`${cidr} is not in the form that EC2 keeps`)
          return { ...described(member), cidr }
        }),
        ...query
          .members(`${at}Groups`)
          .map((member) => ({ ...described(member), groupId: named(query.text(`${member}GroupId`)).id })),
      ]
    })
  }

  const authorize = (direction: Direction) => (query: Query) => {
    const group = named(query.text('GroupId'))
    const there = inForce(group, direction)
    const asked = permissionsOf(query)
    const keys = [...there, ...asked].map(keyOf)
    if (new Set(keys).size < keys.length) throw new Refusal('InvalidPermission.Duplicate')
    if (keys.length > MOST_RULES) throw new Refusal('RulesPerSecurityGroupLimitExceeded')
    group.rules.push(...rulesOf(cloud, group.id, direction, asked))
    return { return: true }
  }
  const revoke = (direction: Direction) => (query: Query) => {
    const there = inForce(named(query.text('GroupId')), direction)
    const asked = query.list('SecurityGroupRuleId').map((id) => there.find((rule) => rule.id === id))
    for (const rule of asked) if (!rule) throw new Refusal('InvalidSecurityGroupRuleId.NotFound')
    for (const rule of asked) if (rule) rule.revokedAt = cloud.now()
    return { return: true }
  }

  return {
    AuthorizeSecurityGroupIngress: authorize('ingress'),
    AuthorizeSecurityGroupEgress: authorize('egress'),
    RevokeSecurityGroupIngress: revoke('ingress'),
    RevokeSecurityGroupEgress: revoke('egress'),
    UpdateSecurityGroupRuleDescriptionsIngress: (query) => {
      const there = inForce(named(query.text('GroupId')), 'ingress')
      const asked = permissionsOf(query)
      const pairs = asked.map((permission) => ({
        permission,
        rule: there.find((rule) => keyOf(rule) === keyOf(permission)),
      }))
      for (const { rule } of pairs) if (!rule) throw new Refusal('InvalidPermission.NotFound')
      for (const { rule, permission } of pairs) if (rule) rule.description = permission.description
      return { return: true }
    },
    DescribeSecurityGroupRules: (query) => {
      const [groupId = ''] = query.list('Filter.1.Value')
      if (query.text('Filter.1.Name') !== 'group-id') throw new Error('rules are asked for by their group')
      const isShown = ({ revokedAt }: SecurityRule) =>
        revokedAt === undefined || cloud.now() < revokedAt + cloud.pace.visibleAfter
      const rules = new Map(
        named(groupId)
          .rules.filter(isShown)
          .map((rule) => [rule.id, rule]),
      )
      const { page, nextToken } = cloud.described(query, rules, {
        idParameter: 'SecurityGroupRuleId',
        notFound: 'InvalidSecurityGroupRuleId.NotFound',
        filters: { 'group-id': ({ owner }) => owner },
      })
      return { securityGroupRuleSet: page.map(shown), nextToken }
    },
  }
}

const keyOf = ({ protocol, port, lastPort = port, cidr, groupId }: Omit<Permission, 'description'>) =>
  `${protocol} ${port}-${lastPort} ${cidr ?? groupId}`

const shown = ({
  id,
  owner,
  direction,
  protocol,
  port,
  lastPort = port,
  cidr,
  groupId,
  description,
}: SecurityRule): Xml => ({
  securityGroupRuleId: id,
  groupId: owner,
  isEgress: direction === 'egress',
  ipProtocol: protocol,
  fromPort: port,
  toPort: lastPort,
  cidrIpv4: cidr,
  referencedGroupInfo: groupId === undefined ? undefined : { groupId },
  description,
})

/** Tells whether no bit stands behind the prefix of a range. */
function isCanonical(cidr: string): boolean {
  const [address = '', bits = ''] = cidr.split('/')
  const binary = address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
  return binary.length === 32 && !binary.slice(Number(bits)).includes('1')
}
