import type { DeploymentConfig } from './config.ts'
import { STORE_ACTIONS_OF } from './grants.ts'
import { hostRoleName } from './host-role.ts'
import { privateCaRights } from './private-ca-grants.ts'

/** One thing that roles of the deployment may do at most. `<partition>`, `<region>` and `<account>` are its own. */
export interface BoundaryRow {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

interface Named {
  readonly table: string
  readonly stream: string
  readonly bus: string
  readonly authorityKey: string
}

const on = (service: string, names: string) => names.split(' ').map((name) => `${service}:${name}`)

/** Calls that make something and may tag it at once. */
const MAKING = [
  ...on('ec2', 'CreateNetworkInterface CreateSecurityGroup CreateVolume RunInstances'),
  ...on('elasticloadbalancing', 'CreateListener CreateLoadBalancer CreateTargetGroup'),
]

/** Calls on what is there. */
const CHANGING = [
  ...on('ec2', 'AttachVolume AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateNetworkInterface'),
  ...on('ec2', 'DeleteNetworkInterface DeleteSecurityGroup DeleteVolume ModifyNetworkInterfaceAttribute ModifyVolume'),
  ...on('ec2', 'RevokeSecurityGroupEgress RevokeSecurityGroupIngress RunInstances StartInstances TerminateInstances'),
  ...on('ec2', 'UpdateSecurityGroupRuleDescriptionsIngress'),
  ...on('elasticloadbalancing', 'DeleteListener DeleteLoadBalancer DeleteTargetGroup DeregisterTargets'),
  ...on('elasticloadbalancing', 'ModifyLoadBalancerAttributes ModifyTargetGroupAttributes RegisterTargets'),
]

/** What has no resource to name: descriptions, traces, and the delivery of logs. */
const WITHOUT_RESOURCE = [
  // Written out, they would not all fit.
  'ec2:Describe*',
  'elasticloadbalancing:Describe*',
  ...on('xray', 'GetSamplingRules GetSamplingTargets PutTelemetryRecords PutTraceSegments'),
  ...on('logs', 'CreateLogDelivery CreateLogGroup CreateLogStream DeleteLogDelivery DescribeLogGroups'),
  ...on('logs', 'DescribeLogStreams DescribeResourcePolicies FilterLogEvents GetLogDelivery GetLogEvents'),
  ...on('logs', 'ListLogDeliveries PutLogEvents PutResourcePolicy UpdateLogDelivery'),
  'dynamodb:ListStreams',
]

/** The table of what any role may do at most: our table, bus, machines, keys, and what bears our tags on EC2. */
export function boundaryRows(config: DeploymentConfig, named: Named): readonly BoundaryRow[] {
  const { stage, region } = config
  const arn = (service: string, rest: string) => `arn:<partition>:${service}:<region>:<account>:${rest}`
  const role = (name: string) => `arn:<partition>:iam::<account>:role/${name}`
  const requested = { StringEquals: { 'aws:RequestTag/managedBy': 'weir', 'aws:RequestTag/weir:stage': stage } }
  const existing = { StringEquals: { 'aws:ResourceTag/managedBy': 'weir', 'aws:ResourceTag/weir:stage': stage } }
  const tagged = [arn('ec2', '*'), arn('elasticloadbalancing', '*')]
  const ec2 = (kinds: string) => kinds.split(' ').map((kind) => arn('ec2', `${kind}/*`))
  return [
    { actions: WITHOUT_RESOURCE, resources: ['*'] },
    { actions: STORE_ACTIONS_OF.write, resources: [named.table] },
    { actions: on('dynamodb', 'DescribeStream GetRecords GetShardIterator'), resources: [named.stream] },
    { actions: ['events:PutEvents'], resources: [named.bus] },
    { actions: on('kms', 'GetPublicKey Sign'), resources: [named.authorityKey] },
    ...(config.authority.kind === 'privateCa' ? privateCaRights(config.authority.arn) : []),
    {
      // The key of volumes, as EC2 uses it for a machine.
      actions: on('kms', 'CreateGrant Decrypt DescribeKey GenerateDataKeyWithoutPlaintext'),
      resources: [arn('kms', 'key/*')],
      conditions: { StringEquals: { 'kms:ViaService': `ec2.${region}.amazonaws.com` } },
    },
    {
      actions: on(
        'states',
        'DescribeExecution SendTaskFailure SendTaskHeartbeat SendTaskSuccess StartExecution StopExecution',
      ),
      resources: [arn('states', `stateMachine:weir-${stage}-*`), arn('states', `execution:weir-${stage}-*`)],
    },
    { actions: ['lambda:InvokeFunction'], resources: [arn('lambda', `function:weir-${stage}-*`)] },
    { actions: on('sqs', 'GetQueueAttributes GetQueueUrl SendMessage'), resources: [arn('sqs', `weir-${stage}-*`)] },
    { actions: ['execute-api:Invoke'], resources: [arn('execute-api', '*/*/*/host/v1/*')] },
    { actions: ['s3:GetObject'], resources: [`arn:<partition>:s3:::weir-${stage}-artifacts-*`] },
    { actions: on('sts', 'AssumeRole TagSession'), resources: [role(`weir-${stage}-${region}-tenant-*`)] },
    {
      actions: ['iam:PassRole'],
      resources: [role(hostRoleName(config))],
      conditions: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    },
    { actions: MAKING, resources: tagged, conditions: requested },
    { actions: CHANGING, resources: tagged, conditions: existing },
    // A tag comes with what is made, and never later.
    ...['ec2:CreateTags', 'elasticloadbalancing:AddTags'].map((tagging) => ({
      actions: [tagging],
      resources: tagged,
      conditions: { Null: { [tagging.replace(/:.*/, ':CreateAction')]: 'false' } },
    })),
    {
      // What a launch or an interface stands on is ours by the policies of the roles, which name it.
      actions: on('ec2', 'CreateNetworkInterface CreateSecurityGroup ModifyNetworkInterfaceAttribute RunInstances'),
      resources: ec2('vpc subnet security-group launch-template'),
    },
    {
      // A launch is told no tags of the interface that it uses, and an image is somebody else's.
      actions: ['ec2:RunInstances'],
      resources: [...ec2('network-interface'), 'arn:<partition>:ec2:<region>::image/*'],
    },
    {
      // Lambda itself, for functions inside the network; a function's own calls have a source.
      actions: on(
        'ec2',
        'AssignPrivateIpAddresses CreateNetworkInterface DeleteNetworkInterface UnassignPrivateIpAddresses',
      ),
      resources: ['*'],
      conditions: { Null: { 'lambda:SourceFunctionArn': 'true' } },
    },
    ...namesOf(config),
  ]
}

/** Records of the zones that clusters get names in. */
function namesOf({ dns, publicAccess }: DeploymentConfig): readonly BoundaryRow[] {
  const zones = [dns?.hostedZoneId, publicAccess?.hostedZoneId].filter((id) => id !== undefined)
  if (zones.length === 0) return []
  return [
    {
      actions: on('route53', 'ChangeResourceRecordSets ListResourceRecordSets'),
      resources: zones.map((id) => `arn:<partition>:route53:::hostedzone/${id}`),
    },
    { actions: ['route53:GetChange'], resources: ['arn:<partition>:route53:::change/*'] },
  ]
}
