import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  type IpPermission,
  paginateDescribeSecurityGroupRules,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2'
import { listenerPorts } from '../../../shared/kafka/listeners.ts'
import type { InboundRule } from '../../../shared/network/inbound-rules.ts'
import { LAST_PUBLIC_PORT, PUBLIC_BOOTSTRAP_PORT } from '../../../shared/network/public-access.ts'
import type { Ec2Parts } from './parts.ts'
import type { Patience } from './patience.ts'
import { refusalCode } from './refusals.ts'

/** EC2 takes so many rules in each direction of a group, unless the account has a larger quota. */
const MAX_RULES = 60

type Direction = 'ingress' | 'egress'

/** A rule as it shall be: TCP to one port or more, with a range of addresses or the members of a group on the other side. */
interface WantedRule {
  readonly direction: Direction
  readonly port: number
  /** The last one, where there are more. */
  readonly lastPort?: number
  readonly peer: { readonly cidr: string } | { readonly groupId: string }
  readonly description: string
}

/** All rules of a cluster's group: clients come from the ordered ranges, and nodes talk to nodes. */
export function wantedRules(groupId: string, inbound: readonly InboundRule[]): readonly WantedRule[] {
  const between = (direction: Direction): readonly WantedRule[] => [
    { direction, port: listenerPorts.REPLICATION, peer: { groupId }, description: 'Weir: brokers to each other' },
    { direction, port: listenerPorts.CONTROLLER, peer: { groupId }, description: 'Weir: nodes to controllers' },
  ]
  const clients = inbound.map(({ cidr, description }): WantedRule => {
    return { direction: 'ingress', port: listenerPorts.CLIENT, peer: { cidr }, description: asEc2Takes(description) }
  })
  return [...between('ingress'), ...between('egress'), ...clients]
}

/** All rules of the group of a public entry: clients come from the same ranges, to the ports of the entry. */
export function wantedEntryRules(inbound: readonly InboundRule[]): readonly WantedRule[] {
  const [port, lastPort] = [PUBLIC_BOOTSTRAP_PORT, LAST_PUBLIC_PORT]
  return inbound.map(({ cidr, description }) => {
    return { direction: 'ingress', port, lastPort, peer: { cidr }, description: asEc2Takes(description) }
  })
}

/** The ranges that reach the clients' listener by these rules. */
export function clientRanges(rules: readonly SecurityGroupRule[]): readonly InboundRule[] {
  return rules.flatMap(({ IsEgress, FromPort, CidrIpv4, Description = '' }) =>
    IsEgress !== true && FromPort === listenerPorts.CLIENT && CidrIpv4 !== undefined
      ? [{ cidr: CidrIpv4, description: Description }]
      : [],
  )
}

/** The rules that a group has. */
export async function findRules({ client }: Ec2Parts, groupId: string): Promise<readonly SecurityGroupRule[]> {
  const found: SecurityGroupRule[] = []
  const Filters = [{ Name: 'group-id', Values: [groupId] }]
  for await (const { SecurityGroupRules = [] } of paginateDescribeSecurityGroupRules({ client }, { Filters }))
    found.push(...SecurityGroupRules)
  return found
}

/**
 * Looks and changes until the group has exactly these rules. What is missing is let in before anything is shut out; where the group
 * has no room for both, some is shut out first, but nothing that shall stay.
 */
export async function settleRules(
  parts: Ec2Parts,
  groupId: string,
  wanted: readonly WantedRule[],
  wait: Patience,
): Promise<void> {
  await wait.until('The rules of the security group are not in force yet.', async () => {
    const found = await findRules(parts, groupId)
    let isSettled = true
    for (const direction of ['ingress', 'egress'] as const) {
      const there = found.filter(({ IsEgress = false }) => IsEgress === (direction === 'egress'))
      const shall = wanted.filter((rule) => rule.direction === direction)
      const missing = shall.filter((rule) => !there.some((other) => foundKey(other) === wantedKey(rule)))
      const surplus = there.filter(
        (rule) => !isOfEntry(rule, groupId) && !shall.some((other) => wantedKey(other) === foundKey(rule)),
      )
      const misnamed = shall.filter((rule) => there.some((other) => isMisnamed(other, rule)))
      const room = Math.max(0, MAX_RULES - there.length)
      try {
        await authorize(parts, groupId, direction, missing.slice(0, room))
      } catch (thrown) {
        const isFull = refusalCode(thrown) === 'RulesPerSecurityGroupLimitExceeded'
        if (!isFull || surplus.length === 0) throw thrown
      }
      await revoke(parts, groupId, direction, surplus)
      await describe(parts, groupId, misnamed)
      isSettled &&= missing.length + surplus.length + misnamed.length === 0
    }
    return isSettled ? true : undefined
  })
}

/** What lets in members of another group was put there by the cluster's public entry, and goes with that. */
function isOfEntry({ ReferencedGroupInfo: other }: SecurityGroupRule, groupId: string): boolean {
  return other?.GroupId !== undefined && other.GroupId !== groupId
}

/** What EC2 tells two rules apart by. */
function foundKey({ IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, ...rule }: SecurityGroupRule) {
  const peer = CidrIpv4 ?? CidrIpv6 ?? PrefixListId ?? rule.ReferencedGroupInfo?.GroupId
  return `${IpProtocol} ${FromPort}-${ToPort} ${peer}`
}

function wantedKey({ port, lastPort = port, peer }: WantedRule): string {
  return `tcp ${port}-${lastPort} ${'cidr' in peer ? peer.cidr : peer.groupId}`
}

/** Only what is said of clients ever changes. */
function isMisnamed(found: SecurityGroupRule, wanted: WantedRule): boolean {
  return 'cidr' in wanted.peer && foundKey(found) === wantedKey(wanted) && found.Description !== wanted.description
}

async function authorize(
  { client }: Ec2Parts,
  GroupId: string,
  direction: Direction,
  rules: readonly WantedRule[],
): Promise<void> {
  await oneByOneIf(['InvalidPermission.Duplicate'], rules, (some) => {
    const input = { GroupId, IpPermissions: some.map(permission) }
    if (direction === 'egress') return client.send(new AuthorizeSecurityGroupEgressCommand(input))
    return client.send(new AuthorizeSecurityGroupIngressCommand(input))
  })
}

async function revoke(
  { client }: Ec2Parts,
  GroupId: string,
  direction: Direction,
  rules: readonly SecurityGroupRule[],
): Promise<void> {
  const isGone = ['InvalidPermission.NotFound', 'InvalidSecurityGroupRuleId.NotFound']
  await oneByOneIf(isGone, rules, (some) => {
    const input = { GroupId, SecurityGroupRuleIds: some.flatMap(({ SecurityGroupRuleId: id }) => id ?? []) }
    if (direction === 'egress') return client.send(new RevokeSecurityGroupEgressCommand(input))
    return client.send(new RevokeSecurityGroupIngressCommand(input))
  })
}

async function describe({ client }: Ec2Parts, GroupId: string, rules: readonly WantedRule[]): Promise<void> {
  await oneByOneIf(['InvalidPermission.NotFound'], rules, (some) =>
    client.send(
      new UpdateSecurityGroupRuleDescriptionsIngressCommand({ GroupId, IpPermissions: some.map(permission) }),
    ),
  )
}

/** EC2 takes all rules of a call or none: where one is in the way that somebody else has dealt with, each goes by itself. */
async function oneByOneIf<T>(
  harmless: readonly string[],
  rules: readonly T[],
  call: (some: readonly T[]) => Promise<unknown>,
): Promise<void> {
  if (rules.length === 0) return
  try {
    await call(rules)
  } catch (thrown) {
    if (!harmless.includes(refusalCode(thrown) ?? '')) throw thrown
    if (rules.length > 1) for (const rule of rules) await oneByOneIf(harmless, [rule], call)
  }
}

function permission({ port, lastPort = port, peer, description: Description }: WantedRule): IpPermission {
  return {
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: lastPort,
    ...('cidr' in peer
      ? { IpRanges: [{ CidrIp: peer.cidr, Description }] }
      : { UserIdGroupPairs: [{ GroupId: peer.groupId, Description }] }),
  }
}

/** EC2 takes 255 characters, and not all of them. */
function asEc2Takes(description: string): string {
  return description.replaceAll(/[^a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]/g, '_').slice(0, 255)
}
