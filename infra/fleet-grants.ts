import { ArnFormat, Stack } from 'aws-cdk-lib'
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { FleetSettings } from '../shared/deployment/fleet-settings.ts'
import { acknowledge } from './acknowledge.ts'
import type { DeploymentConfig } from './config.ts'
import { hostRoleArn } from './host-role.ts'

/** Where hosts run, and the role that they get. */
export interface FleetResources {
  readonly stage: string
  readonly settings: FleetSettings
  /** The same as JSON, as functions are told it. */
  readonly variable: string
  readonly hostRoleArn: string
}

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** A fleet for grants and for the functions that are told of it. */
export function fleetResources(
  scope: Construct,
  config: Pick<DeploymentConfig, 'stage' | 'region'>,
  settings: FleetSettings,
): FleetResources {
  const { stage } = config
  const variable = Stack.of(scope).toJsonString({ stage, ...settings })
  return { stage, settings, variable, hostRoleArn: hostRoleArn(scope, config) }
}

/** What EC2 lets be described under no resource but `*`. */
const DESCRIBE = [
  'ec2:DescribeInstances',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroupRules',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeVolumes',
  'ec2:DescribeVolumesModifications',
]

/** The calls that make something, and tag it at once. */
const CREATE_ACTIONS = ['RunInstances', 'CreateVolume', 'CreateNetworkInterface', 'CreateSecurityGroup']

/** The calls that name what the deployment has: its network, its subnets, and the groups that every interface bears. */
const USE_NETWORK = [
  'ec2:CreateNetworkInterface',
  'ec2:CreateSecurityGroup',
  'ec2:ModifyNetworkInterfaceAttribute',
  'ec2:RunInstances',
]

/** What is done to things that are there. Of the attributes of an interface Weir sets its groups. */
const CHANGE = [
  'ec2:AttachVolume',
  'ec2:AuthorizeSecurityGroupEgress',
  'ec2:AuthorizeSecurityGroupIngress',
  'ec2:DeleteNetworkInterface',
  'ec2:DeleteSecurityGroup',
  'ec2:DeleteVolume',
  'ec2:ModifyNetworkInterfaceAttribute',
  'ec2:ModifyVolume',
  'ec2:RevokeSecurityGroupEgress',
  'ec2:RevokeSecurityGroupIngress',
  'ec2:StartInstances',
  'ec2:TerminateInstances',
  'ec2:UpdateSecurityGroupRuleDescriptionsIngress',
]

/** Lets a role see what there is, and change nothing. */
export function grantFleetList(role: Role): void {
  allow(role, DESCRIBE, ['*'])
  acknowledge(
    role,
    'EC2 describes under no resource but *; what is found is cut to our tags by the caller.',
    'IAM5[Resource::*]',
  )
}

/** Lets a role see what there is and take away what bears our tags, and make nothing. */
export function grantFleetRemove(role: Role, { stage }: FleetResources): void {
  const ours = taggedAsOurs(stage)
  const removals = {
    instance: 'ec2:TerminateInstances',
    volume: 'ec2:DeleteVolume',
    'network-interface': 'ec2:DeleteNetworkInterface',
    'security-group': 'ec2:DeleteSecurityGroup',
  }
  const { region } = Stack.of(role)
  grantFleetList(role)
  for (const [resource, action] of Object.entries(removals)) {
    const arnFormat = ArnFormat.SLASH_RESOURCE_NAME
    allow(role, [action], [Stack.of(role).formatArn({ service: 'ec2', resource, resourceName: '*', arnFormat })], ours)
    acknowledge(
      role,
      'What is removed bears our tags; which it is, is known when it is found.',
      `IAM5[Resource::arn:<AWS::Partition>:ec2:${region}:<AWS::AccountId>:${resource}/*]`,
    )
  }
}

/** What exists and was made for a cluster of this deployment. */
const taggedAsOurs = (stage: string): Conditions => ({
  StringEquals: { 'aws:ResourceTag/managedBy': 'weir', 'aws:ResourceTag/weir:stage': stage },
  Null: { 'aws:ResourceTag/weir:cluster': 'false' },
})

/**
 * Lets a role make, attach and remove hosts. What is made must bear our tags from its first moment and come from one of our launch
 * templates; what is changed or removed must bear them already; and tags cannot be changed later.
 */
export function grantFleetChange(role: Role, { stage, settings, hostRoleArn }: FleetResources): void {
  const arn = (resource: string, resourceName: string) =>
    Stack.of(role).formatArn({ service: 'ec2', resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME })
  const any = {
    instance: arn('instance', '*'),
    volume: arn('volume', '*'),
    address: arn('network-interface', '*'),
    group: arn('security-group', '*'),
  }
  const vpc = arn('vpc', settings.vpcId)
  const image = Stack.of(role).formatArn({ service: 'ec2', account: '', resource: 'image', resourceName: '*' })
  const subnets = Object.values(settings.zones).flatMap(({ subnetIds }) => subnetIds.map((id) => arn('subnet', id)))
  const groups = settings.securityGroupIds.map((id) => arn('security-group', id))
  const templates = [...new Set(Object.values(settings.launchTemplates).map(({ id }) => arn('launch-template', id)))]

  const bornOfCluster: Conditions = {
    StringEquals: { 'aws:RequestTag/managedBy': 'weir', 'aws:RequestTag/weir:stage': stage },
    Null: { 'aws:RequestTag/weir:tenant': 'false', 'aws:RequestTag/weir:cluster': 'false' },
  }
  const born: Conditions = { ...bornOfCluster, Null: { ...bornOfCluster.Null, 'aws:RequestTag/weir:node': 'false' } }
  const ours = taggedAsOurs(stage)
  const fromTemplate = { ArnEquals: { 'ec2:LaunchTemplate': templates } }
  const encrypted = { Bool: { 'ec2:Encrypted': 'true' } }

  grantFleetList(role)
  allow(role, ['ec2:CreateNetworkInterface'], [any.address], born)
  allow(role, USE_NETWORK, [vpc, ...subnets, ...groups])
  allow(role, ['ec2:CreateNetworkInterface', 'ec2:RunInstances'], [any.group], ours)
  allow(role, ['ec2:CreateSecurityGroup'], [any.group], bornOfCluster)
  allow(role, ['ec2:CreateVolume'], [any.volume], { ...also(born, 'ec2:VolumeType', 'gp3'), ...encrypted })
  allow(role, ['ec2:RunInstances'], templates)
  allow(role, ['ec2:RunInstances'], [any.instance], {
    ...also(born, 'ec2:MetadataHttpTokens', 'required'),
    ...fromTemplate,
  })
  allow(role, ['ec2:RunInstances'], [any.volume], { ...born, ...fromTemplate, ...encrypted })
  // A launch is told no tags of an interface that exists: what EC2 says of it there is its subnet.
  allow(role, ['ec2:RunInstances'], [any.address], {
    ArnEquals: { ...fromTemplate.ArnEquals, 'ec2:Subnet': subnets },
  })
  allow(role, ['ec2:RunInstances'], [image], { ...fromTemplate, Bool: { 'ec2:IsLaunchTemplateResource': 'true' } })
  allow(role, ['ec2:CreateTags'], Object.values(any), {
    StringEquals: { 'ec2:CreateAction': CREATE_ACTIONS },
  })
  // In one statement: a role has room for 10,240 characters.
  allow(role, CHANGE, Object.values(any), ours)
  // EC2 uses the key in the caller's name: to make a volume, and to give the machine that has it a grant.
  const key = [settings.volumeKeyArn]
  const byEc2 = { StringEquals: { 'kms:ViaService': `ec2.${Stack.of(role).region}.${Stack.of(role).urlSuffix}` } }
  allow(role, ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext'], key, byEc2)
  allow(role, ['kms:CreateGrant'], key, { ...byEc2, Bool: { 'kms:GrantIsForAWSResource': 'true' } })
  allow(role, ['iam:PassRole'], [hostRoleArn], { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } })

  acknowledgeAny(role, `IAM5[Resource::arn:<AWS::Partition>:ec2:${Stack.of(role).region}::image/*]`)
}

function acknowledgeAny(role: Role, ...more: readonly string[]): void {
  acknowledge(
    role,
    'Machines, volumes, addresses and groups have no ARN before they are made; each right on them asks for our tags.',
    ...['instance', 'volume', 'network-interface', 'security-group'].map(
      (kind) => `IAM5[Resource::arn:<AWS::Partition>:ec2:${Stack.of(role).region}:<AWS::AccountId>:${kind}/*]`,
    ),
    ...more,
  )
}

/** The same conditions, and one more that must be equal. */
function also(conditions: Conditions, key: string, value: string): Conditions {
  return { ...conditions, StringEquals: { ...conditions.StringEquals, [key]: value } }
}

function allow(role: Role, actions: readonly string[], resources: readonly string[], conditions?: Conditions): void {
  role.addToPolicy(
    new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions && { conditions }) }),
  )
}
