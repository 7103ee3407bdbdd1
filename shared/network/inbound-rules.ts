import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { Violation } from '../errors/domain-error.ts'

/** A range of addresses that clients may come from, and what is said of it. */
export interface InboundRule {
  /** As EC2 keeps it: the first address of the range and the length of its prefix. */
  readonly cidr: string
  readonly description: string
}

/** EC2 takes 60 rules in each direction of a security group; ten of them are kept for Weir's own. */
export const MAX_INBOUND_RANGES = 50

/**
 * Who may reach the brokers, of all groups that were ordered: each range once, in a fixed order. Two orders with the same rules let in
 * the same clients and are told of in the same words.
 */
export function inboundRules({ securityGroups }: Pick<ClusterSpec['network'], 'securityGroups'>): InboundRule[] {
  const words = new Map<string, Set<string>>()
  for (const { name, inboundRules: rules } of securityGroups)
    for (const { cidr, description } of rules) {
      const range = canonical(cidr)
      words.set(range, (words.get(range) ?? new Set()).add(description ? `${name}: ${description}` : name))
    }
  return [...words]
    .map(([cidr, said]) => ({ cidr, description: [...said].toSorted().join('; ') }))
    .toSorted((a, b) => (a.cidr < b.cidr ? -1 : 1))
}

/** What forbids an order: more ranges than one group takes, because all that are ordered become one, and a name twice. */
export function inboundViolations({ network }: Partial<ClusterSpec>): readonly Violation[] {
  if (!network) return []
  const pointer = '/network/securityGroups'
  const count = inboundRules(network).length
  const names = network.securityGroups.map(({ name }) => name)
  const detail = `must not name more than ${MAX_INBOUND_RANGES} different ranges in all groups together; these are ${count}`
  return [
    ...(count > MAX_INBOUND_RANGES ? [{ pointer, rule: 'max_inbound_ranges', detail }] : []),
    ...names.flatMap((name, index) =>
      names.indexOf(name) === index
        ? []
        : [{ pointer: `${pointer}/${index}/name`, rule: 'unique', detail: `must differ from "${name}"` }],
    ),
  ]
}

/** `10.1.2.3/8` is `10.0.0.0/8`. */
function canonical(cidr: string): string {
  const [address = '', bits] = cidr.split('/')
  const prefix = Number(bits)
  const size = 2 ** (32 - prefix)
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const first = Math.floor(number / size) * size
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${prefix}`
}
