import { CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2'
import { PolicyDocument, type PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { type EndpointPolicyParts, endpointPolicies } from './endpoint-policies.ts'
import type { EndpointService } from './network-config.ts'
import type { NetworkGroups } from './network-groups.ts'
import type { NetworkPlaces, NetworkZone } from './own-network.ts'
import { servicesCalledFromInside } from './vpc-functions.ts'

/** What endpoints are made of. */
export interface NetworkEndpointsProps extends EndpointPolicyParts {
  readonly places: NetworkPlaces
  readonly groups: NetworkGroups
  /** Where they have addresses. */
  readonly zones: readonly NetworkZone[]
  /** Those that are there already. */
  readonly existing: Readonly<Partial<Record<EndpointService, string>>>
}

/** Free of charge, and a route instead of an address. */
const GATEWAYS: readonly EndpointService[] = ['s3', 'dynamodb']

/** The ways out of the network: one for each service that is called from inside, each with a policy. */
export class NetworkEndpoints extends Construct {
  /** Of the endpoint through which hosts reach their API. */
  readonly hostApiEndpointId: string
  readonly #props: NetworkEndpointsProps

  constructor(scope: Construct, id: string, props: NetworkEndpointsProps) {
    super(scope, id)
    this.#props = props
    const policies = endpointPolicies(this, props)
    const ids = new Map(
      [...servicesCalledFromInside()]
        .toSorted()
        .map((service) => [service, props.existing[service] ?? this.#endpoint(service, policies[service])]),
    )
    const hostApiEndpointId = ids.get('execute-api')
    if (hostApiEndpointId === undefined) throw new Error('hosts have no way to their API')
    this.hostApiEndpointId = hostApiEndpointId
  }

  #endpoint(service: EndpointService, statements: readonly PolicyStatement[]): string {
    const { places, zones, groups, region } = this.#props
    const shared = {
      vpcId: places.vpc.vpcId,
      serviceName: `com.amazonaws.${region}.${service}`,
      policyDocument: new PolicyDocument({ statements: [...statements] }),
    }
    if (GATEWAYS.includes(service)) {
      const routeTableIds = [...(service === 's3' ? places.hostRouteTableIds : places.functionRouteTableIds)]
      return new CfnVPCEndpoint(this, service, { ...shared, vpcEndpointType: 'Gateway', routeTableIds }).ref
    }
    const isHostApi = service === 'execute-api'
    return new CfnVPCEndpoint(this, service, {
      ...shared,
      vpcEndpointType: 'Interface',
      subnetIds: zones.map(({ functionSubnet }) => functionSubnet.subnetId),
      securityGroupIds: [(isHostApi ? groups.hostApiEndpoint : groups.serviceEndpoints).securityGroupId],
      // The private name of API Gateway would hide every public API from the network; hosts use a name of this endpoint.
      privateDnsEnabled: !isHostApi,
    }).ref
  }
}
