import type { Query } from '../../../functions/adapters/ec2/query.ts'
import { type Touched, tagging } from './ec2.ts'
import { arns, type Ec2World, GIVES_VOLUME, groups, MAKES_VOLUME, requestTags, throughEc2 } from './ec2-things.ts'

/** All that a launch may say by itself; anything else would take what the template says out of force, and is not judged here. */
const SAID =
  /^(Action|Version|ClientToken|MinCount|MaxCount|InstanceType|(LaunchTemplate|NetworkInterface|TagSpecification)\..*)$/

/**
 * A launch touches the machine, its root volume, its network interface with the subnet and groups of that, the image and the
 * template; tags on what is made and the role that is handed over are rights of their own. An interface that exists is judged
 * without its tags: the reference lists none among the keys of a launch.
 */
export function launchRequests(query: Query, world: Ec2World): readonly Touched[] {
  const { cloud, launchTemplates } = world
  const name = arns(world)
  const foreign = query.names().filter((said) => !SAID.test(said))
  if (foreign.length > 0) throw new TypeError(`a launch that says ${foreign.join(', ')} is not judged here`)
  const template = launchTemplates.find(({ id }) => id === query.text('LaunchTemplate.LaunchTemplateId'))
  const address = cloud.interfaces.get(query.text('NetworkInterface.1.NetworkInterfaceId'))
  // What does not exist, the cloud refuses by itself.
  if (!template || !address) return []
  const zone = cloud.subnets.get(address.subnetId)?.zone ?? ''
  const from = { 'ec2:LaunchTemplate': name.template(template.id) }
  const there = { ...from, 'ec2:AvailabilityZone': zone }
  return [
    {
      resource: name.instance('*'),
      context: {
        ...requestTags(query.tags('instance')),
        ...there,
        'ec2:InstanceType': query.text('InstanceType'),
        'ec2:MetadataHttpTokens': template.metadataHttpTokens,
      },
    },
    {
      resource: name.volume('*'),
      context: {
        ...requestTags(query.tags('volume')),
        ...there,
        'ec2:Encrypted': String(template.root.encrypted),
        'ec2:VolumeType': template.root.volumeType,
      },
    },
    { resource: name.address(address.id), context: { ...there, 'ec2:Subnet': name.subnet(address.subnetId) } },
    { resource: name.subnet(address.subnetId), context: there },
    ...groups(address.groupIds, world).map(({ resource, context }) => ({ resource, context: { ...context, ...from } })),
    {
      resource: name.image(template.imageId),
      context: { ...from, 'ec2:ImageID': template.imageId, 'ec2:IsLaunchTemplateResource': 'true' },
    },
    { resource: name.template(template.id), context: from },
    ...tagging(query, 'instance', name.instance('*')),
    ...tagging(query, 'volume', name.volume('*')),
    ...throughEc2(world, template.root.keyArn, [...MAKES_VOLUME, ...GIVES_VOLUME]),
    ...(template.roleArn === undefined
      ? []
      : [
          {
            action: 'iam:PassRole',
            resource: template.roleArn,
            context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
          },
        ]),
  ]
}
