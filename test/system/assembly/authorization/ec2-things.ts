import type { Context } from '../../../emulator/iam/policy.ts'
import type { Ec2Server } from '../../../functions/adapters/ec2/ec2-server.ts'
import type { Place } from './service-call.ts'

/** A launch template as far as rights depend on it. */
export interface LaunchTemplate {
  readonly id: string
  readonly imageId: string
  readonly metadataHttpTokens: string
  readonly root: Readonly<{ encrypted: boolean; volumeType: string; keyArn: string | undefined }>
  /** The role of the machines that it makes; none where they have none. */
  readonly roleArn: string | undefined
}

/** The cloud whose state decides what a call may do. */
export interface Ec2World extends Place {
  readonly cloud: Pick<Ec2Server, 'machines' | 'volumes' | 'interfaces' | 'subnets' | 'securityGroups' | 'stateOf'>
  readonly launchTemplates: readonly LaunchTemplate[]
  /** Of the data volumes. */
  readonly volumeKeyArn: string
}

type Tags = ReadonlyMap<string, string>

/** The tags that a thing bears, as a condition sees them. */
export const resourceTags = (tags: Tags): Context =>
  Object.fromEntries(
    [...tags].flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ec2:ResourceTag/${key}`, value],
    ]),
  )

/** The tags that a thing shall get, as a condition sees them. */
export const requestTags = (tags: Tags): Context => ({
  ...Object.fromEntries([...tags].map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  ...(tags.size > 0 && { 'aws:TagKeys': [...tags.keys()] }),
})

/** Names of things on EC2; what is yet to be made has the id `*`. */
export function arns({ region, account }: Place) {
  const of =
    (kind: string, owner = account) =>
    (id: string) =>
      `arn:aws:ec2:${region}:${owner}:${kind}/${id}`
  return {
    instance: of('instance'),
    volume: of('volume'),
    address: of('network-interface'),
    subnet: of('subnet'),
    vpc: of('vpc'),
    group: of('security-group'),
    rule: of('security-group-rule'),
    template: of('launch-template'),
    image: of('image', ''),
  }
}

/** Security groups that a call names; one that does not exist has no tags. */
export function groups(groupIds: readonly string[], world: Ec2World) {
  return groupIds.map((id) => ({
    resource: arns(world).group(id),
    context: resourceTags(world.cloud.securityGroups.get(id)?.tags ?? new Map()),
  }))
}

/** What EC2 does with the key of a volume in the caller's name. */
export function throughEc2(
  { region, account }: Place,
  keyArn: string | undefined,
  actions: readonly string[],
): readonly { readonly action: string; readonly resource: string; readonly context: Context }[] {
  if (keyArn === undefined || keyArn === '') return []
  const context = {
    'kms:ViaService': `ec2.${region}.amazonaws.com`,
    'kms:CallerAccount': account,
  }
  return actions.map((action) => ({
    action: `kms:${action}`,
    resource: keyArn,
    context: { ...context, ...(action === 'CreateGrant' && { 'kms:GrantIsForAWSResource': 'true' }) },
  }))
}

/** A new encrypted volume takes a data key. */
export const MAKES_VOLUME = ['DescribeKey', 'GenerateDataKeyWithoutPlaintext']

/** A machine that gets an encrypted volume is granted the use of its key. */
export const GIVES_VOLUME = ['CreateGrant', 'Decrypt']
