import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { CreateHostedZoneCommand, ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53'
import { afterAll, beforeAll, describe } from 'vitest'
import { tagsOf } from '../../functions/adapters/ec2/tags.ts'
import { elbEntries } from '../../functions/adapters/elb/entries.ts'
import { route53Names } from '../../functions/adapters/route53/names.ts'
import { namesContract } from '../contract/names-contract.ts'
import { BESIDE, ENTERED, publicEntriesContract } from '../contract/public-entries-contract.ts'
import type { AwsEmulator } from '../emulator/aws-emulator.ts'
import { motoClientSettings, present, startMoto } from '../emulator/moto.ts'

let moto: AwsEmulator
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto?.stop())

const settings = () => motoClientSettings(moto)
const reset = () => fetch(`${moto.endpoint}/moto-api/reset`, { method: 'POST' })

const withoutDot = (name: string | undefined) => present(name).replace(/\.$/, '')

describe('names in Route 53, on an independent implementation of its API', () => {
  namesContract(async () => {
    await reset()
    const client = new Route53Client(settings())
    const { HostedZone } = await client.send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: '1' }))
    const HostedZoneId = present(HostedZone?.Id).replace('/hostedzone/', '')
    const dns = { hostedZoneId: HostedZoneId, domain: 'kafka.example.com' }
    return {
      names: route53Names({ dns, publicDns: dns, client }),
      async records() {
        const { ResourceRecordSets = [] } = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId }))
        return Object.fromEntries(
          ResourceRecordSets.filter(({ Type }) => Type === 'A').map(({ Name, ResourceRecords, AliasTarget }) => [
            withoutDot(Name),
            AliasTarget
              ? [withoutDot(AliasTarget.DNSName)]
              : (ResourceRecords ?? []).map(({ Value }) => present(Value)),
          ]),
        )
      },
    }
  })
})

/** What every port of every load balancer leads to. */
async function doorsOf(client: ElasticLoadBalancingV2Client): Promise<Record<string, readonly string[]>> {
  const { LoadBalancers = [] } = await client.send(new DescribeLoadBalancersCommand({}))
  const doors: Record<string, readonly string[]> = {}
  for (const { LoadBalancerArn } of LoadBalancers) {
    const { Listeners = [] } = await client.send(new DescribeListenersCommand({ LoadBalancerArn }))
    for (const { Port, DefaultActions } of Listeners) {
      const TargetGroupArn = DefaultActions?.[0]?.TargetGroupArn
      const health = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn }))
      const targets = (health.TargetHealthDescriptions ?? []).map(({ Target }) => `${Target?.Id}:${Target?.Port}`)
      doors[String(Port)] = targets.toSorted()
    }
  }
  const { TargetGroups = [] } = await client.send(new DescribeTargetGroupsCommand({}))
  if (TargetGroups.length !== Object.keys(doors).length)
    throw new Error(`${TargetGroups.length} target groups are there`)
  return doors
}

describe('public entries as load balancers, on an independent implementation of their API', () => {
  publicEntriesContract(async () => {
    await reset()
    const [ec2, client] = [new EC2Client(settings()), new ElasticLoadBalancingV2Client(settings())]
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
    const VpcId = present(Vpc?.VpcId)
    const subnet = async (third: number, zone: string) => {
      const AvailabilityZone = `eu-central-1${zone}`
      const made = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: `10.0.${third}.0/24`, AvailabilityZone }))
      return present(made.Subnet?.SubnetId)
    }
    const group = async (GroupName: string, tags = tagsOf('test', ENTERED, 'entrySecurityGroup')) => {
      const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags: tags }]
      const made = await ec2.send(
        new CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName, TagSpecifications }),
      )
      return present(made.GroupId)
    }
    const clients = { IpProtocol: 'tcp', FromPort: 9094, ToPort: 10_199, IpRanges: [{ CidrIp: '198.51.100.0/24' }] }
    const GroupId = await group('entry')
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [clients] }))
    let waited = 0
    const clock = {
      now: () => Date.now() + waited,
      sleep: async (milliseconds: number) => {
        waited += milliseconds
      },
    }
    return {
      entries: elbEntries({
        client,
        ec2,
        stage: 'test',
        settings: {
          hostedZoneId: 'Z0123456789',
          domain: 'kafka.example.com',
          subnetIds: { 'az-1': await subnet(1, 'a'), 'az-2': await subnet(2, 'b') },
          vpcId: VpcId,
          securityGroupId: await group('entries', tagsOf('test', BESIDE, 'securityGroup')),
        },
        clock,
      }),
      brokers: [1, 2, 3].map((nodeId) => ({
        nodeId,
        address: `10.0.1.${nodeId + 10}`,
        zone: nodeId === 2 ? 'az-2' : 'az-1',
      })),
      doors: () => doorsOf(client),
      pause: () => undefined,
    }
  })
})
