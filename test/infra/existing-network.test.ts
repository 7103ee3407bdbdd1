import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployedFunctions } from './functions.ts'
import { type Synthesized, synthesize } from './synthesized.ts'

const EXISTING = {
  vpc: 'existing',
  vpcId: 'vpc-0a000000000000001',
  cidrs: ['10.1.0.0/16'],
  zones: {
    'az-1': {
      availabilityZone: 'eu-central-1a',
      subnetIds: ['subnet-0a000000000000001', 'subnet-0a000000000000002'],
    },
    'az-2': { availabilityZone: 'eu-central-1b', subnetIds: ['subnet-0a000000000000003'] },
  },
  routeTableIds: ['rtb-0a000000000000001'],
  endpointZones: ['az-2'],
  endpointIds: { s3: 'vpce-0a000000000000001', kms: 'vpce-0a000000000000002' },
  prefixListIds: { s3: 'pl-6ea54007', dynamodb: 'pl-66a5400f' },
}

let synthesized: Synthesized

/** Also without artefacts: what is asked of one can be asked of both. */
beforeAll(() => {
  synthesized = synthesize({ network: EXISTING, hosts: {} })
}, 120_000)

afterAll(() => synthesized?.remove())

describe('a deployment into a network that is there', () => {
  it('makes no network, and of the endpoints those that are missing, in the zones that were named for them', () => {
    const made = ['AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::EC2::RouteTable', 'AWS::EC2::FlowLog']
    expect(made.flatMap(synthesized.all)).toEqual([])
    const endpoints = synthesized.all('AWS::EC2::VPCEndpoint')
    const services = endpoints.map(({ Properties }) => String(Properties.ServiceName).replace(/^.*\./, ''))
    expect(services.toSorted()).toEqual(['dynamodb', 'ec2', 'execute-api', 'states', 'sts'])
    for (const { Properties } of endpoints) {
      expect(Properties.VpcId).toBe('vpc-0a000000000000001')
      if (Properties.VpcEndpointType === 'Gateway') expect(Properties.RouteTableIds).toEqual(EXISTING.routeTableIds)
      else expect(Properties.SubnetIds).toEqual(['subnet-0a000000000000003'])
    }
  })

  it('has the functions that talk to Kafka in the first subnet of each zone', () => {
    const inside = deployedFunctions(synthesized).flatMap(({ properties }) => properties.VpcConfig ?? [])
    expect(inside.length).toBeGreaterThan(3)
    for (const { SubnetIds } of inside)
      expect(SubnetIds).toEqual(['subnet-0a000000000000001', 'subnet-0a000000000000003'])
  })
})

describe('a deployment before there are artefacts', () => {
  it('launches nothing and tells no function of a fleet, but has the bucket to fill', () => {
    expect(synthesized.all('AWS::EC2::LaunchTemplate')).toEqual([])
    expect(synthesized.all('AWS::S3::Bucket')).toHaveLength(1)
    for (const { variables, actions, name } of deployedFunctions(synthesized)) {
      expect(variables, name).not.toHaveProperty('WEIR_FLEET')
      expect(actions, name).not.toContain('ec2:RunInstances')
    }
  })
})
