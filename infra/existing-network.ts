import { type ISubnet, type IVpc, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import { AVAILABILITY_ZONES } from '../shared/catalogue/zones.ts'
import type { ExistingNetworkConfig } from './network-config.ts'
import type { NetworkPlaces, NetworkZone } from './own-network.ts'

/** A VPC that somebody else has made: nothing is asked of AWS about it, so all that is used of it is configured. */
export class ExistingNetwork extends Construct implements NetworkPlaces {
  readonly vpc: IVpc
  readonly zones: readonly NetworkZone[]
  readonly hostRouteTableIds: readonly string[]
  readonly functionRouteTableIds: readonly string[]

  constructor(scope: Construct, id: string, network: ExistingNetworkConfig) {
    super(scope, id)
    this.zones = AVAILABILITY_ZONES.flatMap((name) => {
      const zone = network.zones[name]
      if (zone === undefined) return []
      const { availabilityZone, subnetIds } = zone
      const subnets = subnetIds.map(
        (subnetId, index): ISubnet =>
          Subnet.fromSubnetAttributes(this, `${name}-${index + 1}`, { subnetId, availabilityZone }),
      )
      const [functionSubnet] = subnets
      return functionSubnet ? { name, availabilityZone, hostSubnets: subnets, functionSubnet } : []
    })
    this.hostRouteTableIds = network.routeTableIds
    this.functionRouteTableIds = network.routeTableIds
    this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: network.vpcId,
      availabilityZones: this.zones.map(({ availabilityZone }) => availabilityZone),
      isolatedSubnetIds: this.zones.map(({ functionSubnet }) => functionSubnet.subnetId),
    })
  }
}
