import { createHash } from 'node:crypto'
import type { Synthesized } from './synthesized.ts'

/** Of what has an id; a key has an ARN that nothing is read from. */
const PREFIXES: Readonly<Record<string, string>> = {
  'AWS::EC2::VPC': 'vpc',
  'AWS::EC2::Subnet': 'subnet',
  'AWS::EC2::SecurityGroup': 'sg',
  'AWS::EC2::LaunchTemplate': 'lt',
}

/** The id that EC2 would give to something of the templates: always the same for one logical id. */
export function ec2Id({ byId }: Pick<Synthesized, 'byId'>, logicalId: string): string {
  const { Type } = byId(logicalId)
  return `${PREFIXES[Type] ?? Type}-${createHash('sha256').update(logicalId).digest('hex').slice(0, 17)}`
}

/** A text of the templates with such ids where it has references, as a function would be told it. */
export function withEc2Ids(synthesized: Pick<Synthesized, 'byId'>, text: string): string {
  return text.replaceAll(/<(\w+)(?:\.(\w+))?>/g, (_, id: string, attribute: string | undefined) =>
    attribute === 'LatestVersionNumber' ? '1' : ec2Id(synthesized, id),
  )
}
