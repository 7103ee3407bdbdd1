import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import { listenerPorts } from '../shared/kafka/listeners.ts'
import type { DeploymentConfig } from './config.ts'

const HTTPS = Port.tcp(443)

type NetworkGroupsConfig = Pick<DeploymentConfig, 'network' | 'publicAccess'>

/**
 * Who may talk to whom, closed in both directions. What hosts of one cluster and its clients may do is in a group of the
 * cluster's own, which is made with the cluster.
 */
export class NetworkGroups extends Construct {
  readonly hosts: SecurityGroup
  readonly functions: SecurityGroup
  readonly hostApiEndpoint: SecurityGroup
  readonly serviceEndpoints: SecurityGroup
  /** Of the load balancers of public entries, where the deployment has public access. */
  readonly entries?: SecurityGroup

  constructor(scope: Construct, id: string, vpc: IVpc, { network, publicAccess }: NetworkGroupsConfig) {
    super(scope, id)
    const group = (name: string, description: string) => {
      const made = new SecurityGroup(this, name, { vpc, description, allowAllOutbound: false })
      made.addEgressRule(Peer.ipv4('127.0.0.1/32'), HTTPS, 'nowhere: a group made without a rule may go everywhere')
      return made
    }
    this.hosts = group('Hosts', 'Weir: every broker and controller host')
    this.functions = group('Functions', 'Weir: the functions that talk to Kafka')
    this.hostApiEndpoint = group('HostApiEndpoint', 'Weir: the endpoint of the API of the hosts')
    this.serviceEndpoints = group('ServiceEndpoints', 'Weir: the endpoints of the services that functions call')

    allow(this.hosts, this.hostApiEndpoint, HTTPS, 'hosts call their API')
    const { s3, dynamodb } = network.prefixListIds
    this.hosts.addEgressRule(Peer.prefixList(s3), HTTPS, 'hosts fetch artefacts and packages')
    allow(this.functions, this.serviceEndpoints, HTTPS, 'functions call services of AWS')
    this.functions.addEgressRule(Peer.prefixList(dynamodb), HTTPS, 'functions reach the store')
    if (publicAccess) {
      this.entries = group('Entries', 'Weir: the load balancers of public entries')
      allow(this.entries, this.hosts, Port.tcp(listenerPorts.PUBLIC), 'public entries lead to brokers')
    }
    const { PUBLIC: _ofEntries, ...ofControlPlane } = listenerPorts
    for (const [listener, port] of Object.entries(ofControlPlane)) {
      allow(this.functions, this.hosts, Port.tcp(port), `the control plane speaks to the listener ${listener}`)
    }
    if (network.vpc === 'own' || Object.keys(network.endpointIds).length === 0) return
    // The groups of endpoints that were there before are not known.
    for (const cidr of network.cidrs) {
      const there = Peer.ipv4(cidr)
      this.functions.addEgressRule(there, HTTPS, 'functions call services by endpoints of the network')
      if (network.endpointIds['execute-api'] !== undefined) {
        this.hosts.addEgressRule(there, HTTPS, 'hosts call their API by an endpoint of the network')
      }
    }
  }
}

function allow(from: SecurityGroup, to: SecurityGroup, port: Port, why: string): void {
  from.addEgressRule(to, port, why)
  to.addIngressRule(from, port, why)
}
