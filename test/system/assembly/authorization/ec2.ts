import type { Request } from '../../../emulator/iam/evaluate.ts'
import type { Context } from '../../../emulator/iam/policy.ts'
import { Query } from '../../../functions/adapters/ec2/query.ts'
import {
  arns,
  type Ec2World,
  GIVES_VOLUME,
  groups,
  MAKES_VOLUME,
  requestTags,
  resourceTags,
  throughEc2,
} from './ec2-things.ts'
import { launchRequests } from './launch.ts'

/** What a call touches, as the service authorization reference of EC2 lists it, with the condition keys that it lists there. */
type Touches = (query: Query, world: Ec2World) => readonly Touched[]

/** A resource that a call touches. */
export interface Touched {
  /** The action that it is authorised by, where that is not the call itself. */
  readonly action?: string
  readonly resource: string
  readonly context?: Context
}

/** A call that describes is about nothing in particular. */
const nothing: Touches = () => [{ resource: '*' }]

/** Tags of a thing that is being made are a right of their own. */
export function tagging(query: Query, kind: string, resource: string): readonly Touched[] {
  const tags = query.tags(kind)
  if (tags.size === 0) return []
  return [{ action: 'CreateTags', resource, context: { ...requestTags(tags), 'ec2:CreateAction': query.action } }]
}

/** What does not exist has no tags: the call is left to the cloud, which refuses it by itself. */
const instances: Touches = (query, world) =>
  query.list('InstanceId').flatMap((id) => {
    const machine = world.cloud.machines.get(id)
    if (!machine) return []
    const tags = world.cloud.stateOf(machine) === 'terminated' ? new Map<string, string>() : machine.tags
    return [{ resource: arns(world).instance(id), context: resourceTags(tags) }]
  })

const volume: Touches = (query, world) => {
  const found = world.cloud.volumes.get(query.text('VolumeId'))
  if (!found) return []
  const context = { ...resourceTags(found.tags), 'ec2:Encrypted': String(found.encrypted), 'ec2:VolumeType': 'gp3' }
  return [{ resource: arns(world).volume(found.id), context }]
}

const address: Touches = (query, world) => {
  const found = world.cloud.interfaces.get(query.text('NetworkInterfaceId'))
  if (!found) return []
  const context = { ...resourceTags(found.tags), 'ec2:Subnet': arns(world).subnet(found.subnetId) }
  return [{ resource: arns(world).address(found.id), context }]
}

const group: Touches = (query, world) => groups([query.text('GroupId')], world)

const createGroup: Touches = (query, world) => {
  const resource = arns(world).group('*')
  return [
    { resource, context: requestTags(query.tags('security-group')) },
    { resource: arns(world).vpc(query.text('VpcId')) },
    ...tagging(query, 'security-group', resource),
  ]
}

/** Of the attributes of an interface, only its groups are known here. */
const changeAddress: Touches = (query, world) => {
  const foreign = query
    .names()
    .filter((said) => !/^(Action|Version|NetworkInterfaceId|SecurityGroupId\.\d+)$/.test(said))
  if (foreign.length > 0) throw new TypeError(`a change of ${foreign.join(', ')} is not judged here`)
  return [...address(query, world), ...groups(query.list('SecurityGroupId'), world)]
}

const createVolume: Touches = (query, world) => {
  const resource = arns(world).volume('*')
  const context = {
    ...requestTags(query.tags('volume')),
    'ec2:Encrypted': query.text('Encrypted') || 'false',
    'ec2:VolumeType': query.text('VolumeType'),
    'ec2:VolumeSize': query.text('Size'),
    'ec2:AvailabilityZone': query.text('AvailabilityZone'),
  }
  const withKey = throughEc2(world, query.text('KmsKeyId'), MAKES_VOLUME)
  return [{ resource, context }, ...tagging(query, 'volume', resource), ...withKey]
}

const createAddress: Touches = (query, world) => {
  const { address, subnet } = arns(world)
  return [
    { resource: address('*'), context: requestTags(query.tags('network-interface')) },
    { resource: subnet(query.text('SubnetId')) },
    ...groups(query.list('SecurityGroupId'), world),
    ...tagging(query, 'network-interface', address('*')),
  ]
}

const attachVolume: Touches = (query, world) => {
  const machine = world.cloud.machines.get(query.text('InstanceId'))
  const about = machine ? [{ resource: arns(world).instance(machine.id), context: resourceTags(machine.tags) }] : []
  return [...about, ...volume(query, world), ...throughEc2(world, world.volumeKeyArn, GIVES_VOLUME)]
}

/** Every call that Weir makes; one that is missing here is an error, so that no call goes unjudged. */
const CALLS: Readonly<Record<string, Touches>> = {
  DescribeInstances: nothing,
  DescribeNetworkInterfaces: nothing,
  DescribeVolumes: nothing,
  DescribeVolumesModifications: nothing,
  RunInstances: launchRequests,
  StartInstances: instances,
  TerminateInstances: instances,
  CreateVolume: createVolume,
  AttachVolume: attachVolume,
  ModifyVolume: volume,
  DeleteVolume: volume,
  CreateNetworkInterface: createAddress,
  DeleteNetworkInterface: address,
  ModifyNetworkInterfaceAttribute: changeAddress,
  DescribeSecurityGroups: nothing,
  DescribeSecurityGroupRules: nothing,
  CreateSecurityGroup: createGroup,
  DeleteSecurityGroup: group,
  AuthorizeSecurityGroupIngress: group,
  AuthorizeSecurityGroupEgress: group,
  RevokeSecurityGroupIngress: group,
  RevokeSecurityGroupEgress: group,
  UpdateSecurityGroupRuleDescriptionsIngress: group,
}

/** All that a call of EC2 is authorised by. */
export function ec2Requests(body: string, world: Ec2World): readonly Request[] {
  const query = new Query(body)
  const touches = CALLS[query.action]
  if (!touches) throw new TypeError(`what ec2:${query.action} touches is not known here`)
  return touches(query, world).map(({ action = query.action, resource, context = {} }) => ({
    action: action.includes(':') ? action : `ec2:${action}`,
    resource,
    context: { 'ec2:Region': world.region, ...context },
  }))
}
