import { Fn } from 'aws-cdk-lib'
import { AmazonLinuxCpuType, CfnLaunchTemplate, MachineImage } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import type { FleetSettings } from '../shared/deployment/fleet-settings.ts'
import { type UserDataProps, userData } from './bootstrap/user-data.ts'
import type { DeploymentConfig } from './config.ts'

/** What the machines of all roles have in common. */
export interface LaunchTemplatesProps {
  readonly config: DeploymentConfig
  readonly instanceProfileArn: string
  readonly volumeKeyArn: string
  readonly bootstrap: UserDataProps
}

/** A machine of each role has a template of its own, so that one can be changed without the others. */
const ROLES = ['broker', 'controller', 'combined'] as const

/** Of Amazon Linux 2023: the image names its root volume so, and a mapping of another name would be a second volume. */
const ROOT_DEVICE = '/dev/xvda'

/**
 * What a machine is made from. The call that makes one adds what differs: type, network interface, tags. A template has
 * no network interface, so none can ask for a public address; and no key pair, since nobody logs in.
 */
export class LaunchTemplates extends Construct {
  readonly templates: FleetSettings['launchTemplates']

  constructor(scope: Construct, id: string, props: LaunchTemplatesProps) {
    super(scope, id)
    const imageId =
      props.config.hosts.imageId ??
      // Every row of the catalogue is a type for x86_64.
      MachineImage.latestAmazonLinux2023({ cpuType: AmazonLinuxCpuType.X86_64 }).getImage(this).imageId
    const [broker, controller, combined] = ROLES.map((role) => this.#template(role, imageId, props))
    if (!broker || !controller || !combined) throw new Error('a role has no launch template')
    this.templates = { broker, controller, combined }
  }

  #template(role: (typeof ROLES)[number], imageId: string, props: LaunchTemplatesProps) {
    const { config, instanceProfileArn, volumeKeyArn, bootstrap } = props
    const template = new CfnLaunchTemplate(this, role, {
      launchTemplateName: `weir-${config.stage}-${role}`,
      versionDescription: `Weir: hosts with the role ${role}`,
      tagSpecifications: [
        {
          resourceType: 'launch-template',
          tags: [
            { key: 'managedBy', value: 'weir' },
            { key: 'weir:stage', value: config.stage },
          ],
        },
      ],
      launchTemplateData: {
        imageId,
        iamInstanceProfile: { arn: instanceProfileArn },
        userData: Fn.base64(userData(bootstrap)),
        ebsOptimized: true,
        monitoring: { enabled: true },
        metadataOptions: {
          httpEndpoint: 'enabled',
          httpTokens: 'required',
          // What runs in a container or behind a proxy on the host must not get the host's credentials.
          httpPutResponseHopLimit: 1,
          // The agent learns from them which node it is; the control plane checks that against its record.
          instanceMetadataTags: 'enabled',
        },
        blockDeviceMappings: [
          {
            deviceName: ROOT_DEVICE,
            ebs: {
              volumeType: 'gp3',
              volumeSize: config.hosts.rootVolumeGiB,
              encrypted: true,
              kmsKeyId: volumeKeyArn,
              deleteOnTermination: true,
            },
          },
        ],
      },
    })
    return { id: template.ref, version: template.attrLatestVersionNumber }
  }
}
