import { z } from 'zod'
import { type Ec2Server, startEc2Server } from '../../functions/adapters/ec2/ec2-server.ts'
import type { LaunchTemplate } from './authorization/ec2-things.ts'
import { fleetOf } from './fleet.ts'
import type { Deployment } from './template.ts'

/** Where the machines of this cloud are reached. */
const HOST_RANGE = '127.68.1'

/** Everything takes a moment in this cloud, so that looks come too early, and no more. */
const PACE = {
  visibleAfter: 50,
  volumeAvailableAfter: 100,
  volumeGoneAfter: 100,
  attachedAfter: 100,
  runningAfter: 300,
  terminatedAfter: 300,
  optimizingAfter: 300,
}

/** The cloud that the deployment was told of: its subnets, groups and launch templates, and nothing in it yet. */
export async function startCloud(deployment: Deployment): Promise<Ec2Server> {
  const fleet = fleetOf(deployment)
  const ec2 = await startEc2Server({
    now: Date.now,
    pace: PACE,
    vpcId: fleet.vpcId,
    securityGroupIds: fleet.securityGroupIds,
    templateIds: Object.values(fleet.launchTemplates).map(({ id }) => id),
    addressOf: (number) => `${HOST_RANGE}.${number}`,
  })
  for (const { availabilityZone, subnetIds } of Object.values(fleet.zones)) {
    for (const subnetId of subnetIds) ec2.subnets.set(subnetId, { zone: availabilityZone, free: 100 })
  }
  return ec2
}

const HostRole = z.looseObject({ RoleName: z.string().endsWith('-host') })

/** The name of the role that all hosts have. */
export function hostRoleOf(deployment: Deployment): string {
  const roles = deployment.all('AWS::IAM::Role').map(({ properties }) => HostRole.safeParse(properties).data)
  const [role] = roles.flatMap((found) => found?.RoleName ?? [])
  if (role === undefined) throw new Error('the templates have no role for hosts')
  return role
}

const Data = z.looseObject({
  ImageId: z.string(),
  IamInstanceProfile: z.object({ Arn: z.string() }),
  MetadataOptions: z.looseObject({ HttpTokens: z.string() }),
  BlockDeviceMappings: z.tuple([
    z.looseObject({
      Ebs: z.looseObject({ Encrypted: z.boolean(), VolumeType: z.string(), KmsKeyId: z.string().optional() }),
    }),
  ]),
})
const Profile = z.looseObject({ Roles: z.tuple([z.string()]) })

/** The launch templates of the stacks, each with its root volume and the role that its machines get. */
export function launchTemplatesOf(deployment: Deployment): readonly LaunchTemplate[] {
  const profiles = deployment
    .all('AWS::IAM::InstanceProfile')
    .map(({ id, properties }) => ({ arn: deployment.arnOf(id), role: Profile.parse(properties).Roles[0] }))
  return deployment.all('AWS::EC2::LaunchTemplate').map(({ id, properties }) => {
    const { ImageId, IamInstanceProfile, MetadataOptions, BlockDeviceMappings } = Data.parse(
      properties.LaunchTemplateData,
    )
    const profile = profiles.find(({ arn }) => arn === IamInstanceProfile.Arn)
    if (!profile) throw new Error(`the templates have no instance profile ${IamInstanceProfile.Arn}`)
    const [{ Ebs }] = BlockDeviceMappings
    return {
      id: deployment.refOf(id),
      imageId: ImageId,
      metadataHttpTokens: MetadataOptions.HttpTokens,
      root: { encrypted: Ebs.Encrypted, volumeType: Ebs.VolumeType, keyArn: Ebs.KmsKeyId },
      roleArn: `arn:aws:iam::${deployment.account}:role/${profile.role}`,
    }
  })
}
