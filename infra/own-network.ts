import { RemovalPolicy, Tags } from 'aws-cdk-lib'
import { CfnFlowLog, CfnVPC, type ISubnet, type IVpc, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { AVAILABILITY_ZONES, type AvailabilityZone } from '../shared/catalogue/zones.ts'
import { acknowledgeLint } from './acknowledge.ts'
import { addressPlan } from './address-plan.ts'
import type { DeploymentConfig } from './config.ts'
import type { OwnNetworkConfig } from './network-config.ts'

/** One zone of the network as the rest of the deployment sees it. */
export interface NetworkZone {
  readonly name: AvailabilityZone
  readonly availabilityZone: string
  /** For hosts, in the order in which they are tried. */
  readonly hostSubnets: readonly ISubnet[]
  /** For the functions that talk to Kafka and for the endpoints. */
  readonly functionSubnet: ISubnet
}

/** A VPC with its zones. */
export interface NetworkPlaces {
  readonly vpc: IVpc
  readonly zones: readonly NetworkZone[]
  readonly hostRouteTableIds: readonly string[]
  readonly functionRouteTableIds: readonly string[]
}

/** A VPC of the deployment's own: nothing in it reaches the internet or is reached from there, and its traffic is logged. */
export class OwnNetwork extends Construct implements NetworkPlaces {
  readonly vpc: IVpc
  readonly zones: readonly NetworkZone[]
  readonly hostRouteTableIds: readonly string[]
  readonly functionRouteTableIds: readonly string[]

  constructor(scope: Construct, id: string, config: DeploymentConfig, network: OwnNetworkConfig) {
    super(scope, id)
    const name = `weir-${config.stage}`
    const vpcId = new CfnVPC(this, 'Vpc', {
      cidrBlock: network.cidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: [{ key: 'Name', value: name }],
    }).ref
    const isolatedSubnet = (subnet: string, availabilityZone: string, cidrBlock: string): ISubnet => {
      // Its route table leads to the VPC and, by endpoints, to services of AWS.
      const made = new Subnet(this, subnet, { vpcId, availabilityZone, cidrBlock, mapPublicIpOnLaunch: false })
      acknowledgeLint(made, 'Which availability zone a zone is does not change, so it is configured.', 'W3010')
      Tags.of(made).add('Name', `${name}-${subnet}`)
      return made
    }
    this.zones = AVAILABILITY_ZONES.flatMap((zone) => {
      const availabilityZone = network.zones[zone]?.availabilityZone
      if (availabilityZone === undefined) return []
      const { hosts, functions } = addressPlan(network.cidr, zone)
      return {
        name: zone,
        availabilityZone,
        hostSubnets: [isolatedSubnet(`${zone}-hosts`, availabilityZone, hosts)],
        functionSubnet: isolatedSubnet(`${zone}-functions`, availabilityZone, functions),
      }
    })
    this.hostRouteTableIds = this.zones.flatMap(({ hostSubnets }) => hostSubnets.map(routeTableId))
    this.functionRouteTableIds = this.zones.map(({ functionSubnet }) => routeTableId(functionSubnet))
    this.vpc = Vpc.fromVpcAttributes(this, 'Made', {
      vpcId,
      availabilityZones: this.zones.map(({ availabilityZone }) => availabilityZone),
      isolatedSubnetIds: this.zones.map(({ functionSubnet }) => functionSubnet.subnetId),
    })
    this.#logTraffic(config)
  }

  #logTraffic({ stage, logRetentionDays }: DeploymentConfig): void {
    const log = new LogGroup(this, 'TrafficLog', {
      logGroupName: `/weir/${stage}/network`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const role = new Role(this, 'TrafficLogRole', {
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com'),
      description: 'Flow logs of Weir: may write the log of the network',
    })
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [log.logGroupArn],
      }),
    )
    new CfnFlowLog(this, 'Traffic', {
      resourceId: this.vpc.vpcId,
      resourceType: 'VPC',
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logGroupName: log.logGroupName,
      deliverLogsPermissionArn: role.roleArn,
    })
  }
}

const routeTableId = ({ routeTable }: ISubnet): string => routeTable.routeTableId
