import { Annotations, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { DeploymentConfig } from './config.ts'
import { type FleetResources, fleetResources } from './fleet-grants.ts'
import type { HostApi } from './host-api.ts'
import type { HostsStack } from './hosts-stack.ts'
import { LaunchTemplates } from './launch-templates.ts'
import type { NetworkStack } from './network-stack.ts'

/** What a fleet is put together from. */
export interface FleetParts {
  readonly config: DeploymentConfig
  readonly hosts: HostsStack
  readonly network: NetworkStack
  readonly hostApi: HostApi
}

/**
 * The fleet as the stacks make it: where hosts run and what they are launched from. None before there are artefacts to start
 * from, so that the bucket for them can be deployed and everything be synthesized without.
 */
export function fleetOf(scope: Construct, { config, hosts, network, hostApi }: FleetParts): FleetResources | undefined {
  const manifestSha256 = config.hosts.artifactsManifestSha256
  if (manifestSha256 === undefined) {
    Annotations.of(scope).addWarningV2(
      'weir:no-artifacts',
      'No host can be launched: `npm run artifacts` fills the bucket and prints what to set as hosts.artifactsManifestSha256. Until then orders end with NOT_PROVIDED.',
    )
    return undefined
  }
  const { templates } = new LaunchTemplates(scope, 'LaunchTemplates', {
    config,
    instanceProfileArn: hostApi.instanceProfile.instanceProfileArn,
    volumeKeyArn: hosts.volumeKey.keyArn,
    bootstrap: {
      artifactBucket: hosts.artifacts.bucketName,
      region: Stack.of(scope).region,
      hostApiUrl: hostApi.url,
      manifestSha256,
    },
  })
  return fleetResources(scope, config, {
    vpcId: network.vpc.vpcId,
    zones: Object.fromEntries(
      network.zones.map(({ name, availabilityZone, hostSubnets }) => [
        name,
        { availabilityZone, subnetIds: hostSubnets.map(({ subnetId }) => subnetId) },
      ]),
    ),
    securityGroupIds: [network.hostGroup.securityGroupId],
    volumeKeyArn: hosts.volumeKey.keyArn,
    launchTemplates: templates,
  })
}
