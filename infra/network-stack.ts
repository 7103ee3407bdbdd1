import { type App, Stack } from 'aws-cdk-lib'
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2'
import type { DeploymentConfig } from './config.ts'
import type { DataStack } from './data-stack.ts'
import { ExistingNetwork } from './existing-network.ts'
import { hostRoleArn } from './host-role.ts'
import type { HostsStack } from './hosts-stack.ts'
import { NetworkEndpoints } from './network-endpoints.ts'
import { NetworkGroups } from './network-groups.ts'
import { type NetworkZone, OwnNetwork } from './own-network.ts'

/** What the network stack is told of. */
export interface NetworkStackProps {
  readonly config: DeploymentConfig
  readonly data: DataStack
  readonly hosts: HostsStack
}

/** Where hosts run, and the functions that talk to Kafka: without a way to the internet, in a VPC of our own or of others. */
export class NetworkStack extends Stack {
  readonly vpc: IVpc
  readonly zones: readonly NetworkZone[]
  /** The security group of every host. */
  readonly hostGroup: ISecurityGroup
  /** The security group of the functions that talk to Kafka. */
  readonly functionGroup: ISecurityGroup
  /** The security group of all load balancers of public entries, where there are any to have. */
  readonly entryGroup?: ISecurityGroup
  /** Of the endpoint through which hosts reach their API. */
  readonly hostApiEndpointId: string

  constructor(scope: App, id: string, { config, data, hosts }: NetworkStackProps) {
    super(scope, id, { description: 'Weir: the network of the hosts', env: { region: config.region } })
    const { network } = config
    const places =
      network.vpc === 'own'
        ? new OwnNetwork(this, 'Network', config, network)
        : new ExistingNetwork(this, 'Network', network)
    const groups = new NetworkGroups(this, 'Groups', places.vpc, config)
    const endpoints = new NetworkEndpoints(this, 'Endpoints', {
      places,
      zones: places.zones.filter(({ name }) => network.endpointZones?.includes(name) ?? true),
      groups,
      existing: network.vpc === 'existing' ? network.endpointIds : {},
      region: config.region,
      tableArn: data.table.tableArn,
      authorityKeyArn: data.authorityKey.keyArn,
      artifactBucketArn: hosts.artifacts.bucketArn,
      hostRoleArn: hostRoleArn(this, config),
    })
    this.vpc = places.vpc
    this.zones = places.zones
    this.hostGroup = groups.hosts
    this.functionGroup = groups.functions
    if (groups.entries) this.entryGroup = groups.entries
    this.hostApiEndpointId = endpoints.hostApiEndpointId
  }
}
