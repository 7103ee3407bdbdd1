import { expect, it } from 'vitest'
import { z } from 'zod'
import { servicesOf } from '../../infra/vpc-functions.ts'
import { readEnvironment } from '../../shared/deployment/environment.ts'
import { deployedFunctions } from './functions.ts'
import { textOf, textsOf } from './intrinsics.ts'
import { idOf } from './policies.ts'
import type { Synthesized } from './synthesized.ts'

const Rule = z.looseObject({ Description: z.string(), FromPort: z.number(), ToPort: z.number() })
const Endpoint = z.looseObject({
  ServiceName: z.string(),
  VpcEndpointType: z.string(),
  PrivateDnsEnabled: z.boolean().optional(),
  PolicyDocument: z.object({
    Statement: z.array(
      z.looseObject({ Action: z.unknown(), Resource: z.unknown(), Condition: z.unknown().optional() }),
    ),
  }),
})

/** One way that a security group leaves open: from where to where, and to which port. */
interface Way {
  readonly from: string
  readonly to: string
  readonly port: number
}

/** The rules of all groups as lines, and none that only closes a group. */
function waysOf({ all }: Synthesized): readonly Way[] {
  const end = (properties: Readonly<Record<string, unknown>>, side: 'Source' | 'Destination'): string => {
    const group = properties[`${side}SecurityGroupId`]
    return group === undefined ? String(properties[`${side}PrefixListId`] ?? properties.CidrIp) : groupName(idOf(group))
  }
  const ingress = all('AWS::EC2::SecurityGroupIngress').map(({ Properties }) => ({
    from: end(Properties, 'Source'),
    to: groupName(idOf(Properties.GroupId)),
    port: Rule.parse(Properties).FromPort,
  }))
  const egress = all('AWS::EC2::SecurityGroupEgress').map(({ Properties }) => ({
    from: groupName(idOf(Properties.GroupId)),
    to: end(Properties, 'Destination'),
    port: Rule.parse(Properties).FromPort,
  }))
  return [...ingress, ...egress]
}

const groupName = (id: string) => id.replace(/^Groups(\w+)\w{8}$/, '$1')

/** What must be true of the network of the hosts. */
export function checkNetwork(get: () => Synthesized): void {
  it('leads nowhere but to itself and to services of AWS: no gateway, no NAT, no public address, no route', () => {
    const forbidden = [
      'AWS::EC2::InternetGateway',
      'AWS::EC2::EgressOnlyInternetGateway',
      'AWS::EC2::NatGateway',
      'AWS::EC2::EIP',
      'AWS::EC2::Route',
      'AWS::EC2::KeyPair',
    ]
    expect(forbidden.flatMap(get().all)).toEqual([])
    const subnets = get().all('AWS::EC2::Subnet')
    expect(subnets).toHaveLength(6)
    for (const { Properties, id } of subnets) expect(Properties.MapPublicIpOnLaunch, id).toBe(false)
  })

  it('writes a log of all its traffic', () => {
    expect(get().all('AWS::EC2::FlowLog')).toMatchObject([{ Properties: { ResourceType: 'VPC', TrafficType: 'ALL' } }])
  })

  it('lets hosts reach their API and artefacts, and functions the hosts and their services, and nobody anything else', () => {
    const listeners = [9091, 9092, 9093].map((port) => ({ from: 'Functions', to: 'Hosts', port }))
    const expected = [
      { from: 'Hosts', to: 'HostApiEndpoint', port: 443 },
      { from: 'Functions', to: 'ServiceEndpoints', port: 443 },
      ...listeners,
    ]
    const inOrder = (ways: readonly Way[]) => ways.map((way) => JSON.stringify(way)).toSorted()
    expect(inOrder(waysOf(get()))).toEqual(
      // Both ends of a way say so, but S3 and DynamoDB have no group.
      inOrder([
        ...expected,
        ...expected,
        { from: 'Hosts', to: 'pl-6ea54007', port: 443 },
        { from: 'Functions', to: 'pl-66a5400f', port: 443 },
      ]),
    )
  })

  it('has no group that is open to the world or to any port, and none without a rule of its own for what goes out', () => {
    const groups = get().all('AWS::EC2::SecurityGroup')
    expect(groups).toHaveLength(4)
    const Group = z.looseObject({ GroupDescription: z.string().min(10), SecurityGroupEgress: z.array(Rule).min(1) })
    for (const { Properties } of groups) Group.parse(Properties)
    const rules = ['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress']
    expect(JSON.stringify(rules.flatMap(get().all))).not.toMatch(/0\.0\.0\.0\/0|::\/0|"IpProtocol":"-1"/)
    for (const { Properties, id } of rules.slice(1).flatMap(get().all)) {
      const { FromPort, ToPort } = Rule.parse(Properties)
      expect(FromPort, id).toBe(ToPort)
    }
  })

  it('has an endpoint for each service that is called from inside, and for no other', () => {
    const endpoints = get().all('AWS::EC2::VPCEndpoint')
    const names = endpoints.map(({ Properties }) => Endpoint.parse(Properties).ServiceName.replace(/^.*\./, ''))
    expect(names.toSorted()).toEqual(['dynamodb', 'ec2', 'execute-api', 'kms', 's3', 'states', 'sts'])
    for (const { Properties } of endpoints) {
      const { ServiceName, VpcEndpointType, PrivateDnsEnabled } = Endpoint.parse(Properties)
      const isGateway = /\.(s3|dynamodb)$/.test(ServiceName)
      expect(VpcEndpointType, ServiceName).toBe(isGateway ? 'Gateway' : 'Interface')
      // By its private name, every other API of API Gateway would be out of reach.
      if (!isGateway) expect(PrivateDnsEnabled, ServiceName).toBe(!ServiceName.endsWith('.execute-api'))
    }
  })

  it('has an endpoint for whatever a function in it calls', () => {
    const served = get()
      .all('AWS::EC2::VPCEndpoint')
      .map(({ Properties }) => Endpoint.parse(Properties).ServiceName.replace(/^.*\./, ''))
    const inside = deployedFunctions(get()).filter(({ properties }) => properties.VpcConfig !== undefined)
    for (const { kind, variables, name } of inside) {
      const called = readEnvironment(kind, variables).WEIR_PORTS.flatMap((port) => servicesOf(port, name))
      expect(served, name).toEqual(expect.arrayContaining(called))
    }
  })

  it('lets nobody else’s credentials and nothing of no use through its endpoints', () => {
    for (const { Properties } of get().all('AWS::EC2::VPCEndpoint')) {
      const { ServiceName, PolicyDocument } = Endpoint.parse(Properties)
      for (const { Action, Resource, Condition } of PolicyDocument.Statement) {
        const [resource = ''] = textsOf(Resource)
        // Packages are read without credentials, from one bucket of Amazon.
        if (resource === 'arn:aws:s3:::al2023-repos-eu-central-1-de612dc2/*') continue
        expect(JSON.stringify(Condition), ServiceName).toMatch(/aws:Principal(Account|Arn)/)
        if (/\.(s3|dynamodb|kms|execute-api)$/.test(ServiceName)) {
          expect(resource, ServiceName).not.toBe('*')
          for (const action of textsOf(Action)) expect(action, ServiceName).not.toContain('*')
        }
      }
    }
  })

  it('lets a host call its API only with the credentials of a machine of this very network', () => {
    const endpoints = get()
      .all('AWS::EC2::VPCEndpoint')
      .map(({ Properties }) => Endpoint.parse(Properties))
    const hostApi = endpoints.find(({ ServiceName }) => ServiceName.endsWith('.execute-api'))
    expect(hostApi?.PolicyDocument.Statement).toMatchObject([
      {
        Action: 'execute-api:Invoke',
        Condition: {
          Null: { 'ec2:SourceInstanceARN': 'false' },
          StringEquals: { 'aws:Ec2InstanceSourceVpc': '${aws:SourceVpc}' },
        },
      },
    ])
    const { ArnEquals } = z
      .looseObject({ ArnEquals: z.record(z.string(), z.unknown()) })
      .parse(hostApi?.PolicyDocument.Statement[0]?.Condition)
    expect(textOf(ArnEquals['aws:PrincipalArn'])).toBe('arn:aws:iam::123456789012:role/weir-dev-eu-central-1-host')
  })

  it('has the functions that talk to Kafka in it, in subnets of their own, and no others', () => {
    const functions = deployedFunctions(get())
    const inside = functions.filter(({ ports }) => ports.includes('kafka'))
    expect(inside.length).toBeGreaterThan(3)
    for (const { name, ports, properties } of functions) {
      const { SubnetIds = [], SecurityGroupIds = [] } = properties.VpcConfig ?? {}
      expect([SubnetIds.length, SecurityGroupIds.length], name).toEqual(ports.includes('kafka') ? [3, 1] : [0, 0])
      for (const subnet of SubnetIds) expect(idOf(subnet), name).toMatch(/functionsSubnet/)
      for (const group of SecurityGroupIds) expect(groupName(idOf(group)), name).toBe('Functions')
    }
  })
}
