import { InvalidArgumentError } from 'commander'

/** A security group as the command line orders it. */
export interface OrderedGroup {
  readonly name: string
  readonly inboundRules: readonly { readonly cidr: string }[]
}

/** What shuts everybody out, where the ranges would stand. */
const NOBODY = 'none'

/** The group of ranges that are given without one. */
const USUAL_GROUP = 'clients'

/** Reads `cidr`, `group:cidr` or `none`; may be repeated. Whether a range is one, the API says. */
export function inboundRange(text: string, before: readonly OrderedGroup[] = []): readonly OrderedGroup[] {
  if (text === NOBODY) return []
  const parts = text.split(':')
  const [name = '', cidr = ''] = parts.length === 1 ? [USUAL_GROUP, text] : parts
  if (parts.length > 2 || name === '' || cidr === '')
    throw new InvalidArgumentError(`It must be CIDR, GROUP:CIDR or ${NOBODY}.`)
  const group = before.find((other) => other.name === name) ?? { name, inboundRules: [] }
  const more = { name, inboundRules: [...group.inboundRules, { cidr }] }
  return before.includes(group) ? before.map((other) => (other === group ? more : other)) : [...before, more]
}

/** How the flag is described, wherever it is offered. */
export const INBOUND_FLAG = {
  flags: '--inbound <[group:]cidr>',
  description: 'a range that clients come from; may be repeated: no other is let in ("none": nobody is)',
} as const
