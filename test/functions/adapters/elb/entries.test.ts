import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { elbEntries } from '../../../../functions/adapters/elb/entries.ts'
import { DomainError } from '../../../../shared/errors/domain-error.ts'
import { MAX_PUBLIC_BROKERS } from '../../../../shared/network/public-access.ts'
import type { PublicEntries } from '../../../../shared/ports/public-entries.ts'
import type { Death } from '../ec2/ec2-server.ts'
import type { Pace } from './balancers.ts'
import { type ElbServer, startElbServer } from './elb-server.ts'

const VPC = 'vpc-00000000000000001'
const GROUPS = ['sg-00000000000000001', 'sg-00000000000000002'] as const
const SETTINGS = {
  hostedZoneId: 'Z0123456789',
  domain: 'kafka.example.com',
  subnetIds: { 'az-1': 'subnet-00000000000000001', 'az-2': 'subnet-00000000000000002' },
  vpcId: VPC,
  securityGroupId: GROUPS[0],
}
const cluster = { tenantId: 'acme', clusterId: 'clu_01JZX3YC4B2M8Q9T0V7W6R5S1N' }
const other = { tenantId: 'acme', clusterId: 'clu_01JZX3YC4B2M8Q9T0V7W6R5S2P' }
const brokers = [1, 2, 3].map((nodeId) => ({
  nodeId,
  address: `10.0.0.${nodeId}`,
  zone: nodeId === 2 ? 'az-2' : 'az-1',
}))
const NAME = 'w-01jzx3yc4b2m8q9t0v7w6r5s1n'

let now = 0
let server: ElbServer
let entries: PublicEntries

async function open(pace: Partial<Pace> = {}): Promise<void> {
  now = Date.parse('2026-11-22T00:00:00.000Z')
  server = await startElbServer({
    now: () => now,
    pace: { visibleAfter: 2000, activeAfter: 120_000, goneAfter: 60_000, ...pace },
    subnets: new Map([
      ['subnet-00000000000000001', 'eu-central-1a'],
      ['subnet-00000000000000002', 'eu-central-1b'],
    ]),
    securityGroups: GROUPS,
    vpcId: VPC,
  })
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds
    },
  }
  entries = elbEntries({ client: server.client, ec2: server.ec2, stage: 'test', settings: SETTINGS, clock })
}
beforeEach(() => open())
afterEach(() => server.close())

/** Calls as a workflow does: again while it is not there yet, or whatever it fails with. */
async function eventually<T>(call: () => Promise<T>, whatever = false): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (thrown) {
      if (!whatever && !(thrown instanceof DomainError && thrown.code === 'NOT_YET')) throw thrown
      now += 5000
    }
  }
}

/** What leads where, by the ports of the only load balancer. */
function doors(): Record<string, readonly string[]> {
  const [balancer] = server.balancers.values()
  return Object.fromEntries(
    [...(balancer?.listeners ?? [])].map(([port, { targetGroupArn }]) => [
      port,
      [...(server.groups.get(targetGroupArn)?.targets ?? [])].toSorted(),
    ]),
  )
}

const DOORS = {
  9094: ['10.0.0.1:9094', '10.0.0.2:9094', '10.0.0.3:9094'],
  9201: ['10.0.0.1:9094'],
  9202: ['10.0.0.2:9094'],
  9203: ['10.0.0.3:9094'],
}

describe('the public entry of a cluster', () => {
  it('is one load balancer with a port for all brokers and one for each, however often it is asked for', async () => {
    const first = await entries.ensureEntry(cluster, brokers)
    expect(first).toEqual({
      host: `${NAME}-0123456789abcdef.elb.eu-central-1.amazonaws.com`,
      aliasZoneId: 'Z3F0SRJ5LGBH90',
    })
    expect(await entries.ensureEntry(cluster, brokers)).toEqual(first)
    now += 10_000
    expect(await entries.ensureEntry(cluster, brokers)).toEqual(first)
    expect(server.balancers.size).toBe(1)
    expect(doors()).toEqual(DOORS)
  })

  it('stands in the zones of the brokers, lets in whom its two groups let in, and leads to every zone from any', async () => {
    await entries.ensureEntry(cluster, brokers)
    const [balancer] = server.balancers.values()
    expect(balancer).toMatchObject({ zones: 2, securityGroups: GROUPS })
    expect(Object.fromEntries(balancer?.attributes ?? [])).toEqual({ 'load_balancing.cross_zone.enabled': 'true' })
    for (const { attributes } of server.groups.values()) {
      expect(Object.fromEntries(attributes)).toEqual({ 'preserve_client_ip.enabled': 'true' })
    }
  })

  it('bears the tags of its cluster from its first moment, all of it', async () => {
    await entries.ensureEntry(cluster, brokers)
    for (const { tags } of [...server.balancers.values(), ...server.groups.values()]) {
      expect(Object.fromEntries(tags)).toMatchObject({
        managedBy: 'weir',
        'weir:stage': 'test',
        'weir:tenant': 'acme',
        'weir:cluster': cluster.clusterId,
      })
    }
  })

  it('reaches the cluster once it is active and finds every broker well, and says until then what is missing', async () => {
    await entries.ensureEntry(cluster, brokers)
    now += 5000
    expect(await entries.missingOf(cluster, brokers)).toMatch(/provisioning/)
    now += 120_000
    server.silent.add('10.0.0.2')
    expect(await entries.missingOf(cluster, brokers)).toBe('The load balancer of the cluster does not reach node 2.')
    server.silent.clear()
    expect(await entries.missingOf(cluster, brokers)).toBeUndefined()
  })

  it('has room for as many brokers as may be ordered with public access', async () => {
    const many = Array.from({ length: MAX_PUBLIC_BROKERS }, (_, index) => ({
      nodeId: index + 101,
      address: `10.0.1.${index + 1}`,
      zone: 'az-1',
    }))
    await entries.ensureEntry(cluster, many)
    expect(Object.keys(doors())).toHaveLength(MAX_PUBLIC_BROKERS + 1)
    const one = { nodeId: 999, address: '10.0.2.1', zone: 'az-1' }
    await expect(entries.ensureEntry(cluster, [...many, one])).rejects.toMatchObject({ code: 'NO_CAPACITY' })
  })

  it('is removed with all that belongs to it, again and again, and others are left alone', async () => {
    await entries.ensureEntry(cluster, brokers)
    await entries.ensureEntry(other, brokers)
    now += 10_000
    await eventually(() => entries.removeEntry(cluster))
    await eventually(() => entries.removeEntry(cluster))
    expect([...server.balancers.values()].map(({ name }) => name)).toEqual(['w-01jzx3yc4b2m8q9t0v7w6r5s2p'])
    expect(server.groups.size).toBe(4)
  })

  it('is removed where there never was one', async () => {
    await expect(entries.removeEntry(cluster)).resolves.toBeUndefined()
  })

  it('is refused in a zone without a public subnet', async () => {
    const elsewhere = brokers.map((broker) => ({ ...broker, zone: 'az-3' }))
    await expect(entries.ensureEntry(cluster, elsewhere)).rejects.toMatchObject({ code: 'NOT_PROVIDED' })
  })

  it.each([
    ['TooManyLoadBalancers', 'NO_CAPACITY'],
    ['TooManyTargetGroups', 'NO_CAPACITY'],
    ['Throttling', 'NOT_YET'],
    ['InvalidSecurityGroup', 'INTERNAL'],
  ])('that is refused with %s is %s, in words that tell nothing of AWS', async (refusal, code) => {
    server.refuses = ({ action }) => (action.startsWith('Create') ? refusal : undefined)
    const refused = await entries.ensureEntry(cluster, brokers).catch((thrown: unknown) => thrown)
    expect(refused).toMatchObject({ code, message: expect.not.stringContaining('words of AWS') })
  })
})

it('whatever call dies, whenever it is seen, and although two do it at once: one entry in the end, and nothing after its removal', async () => {
  const deaths = fc.array(fc.constantFrom<Death | undefined>(undefined, undefined, 'before', 'after'), {
    maxLength: 30,
  })
  await fc.assert(
    fc.asyncProperty(deaths, fc.constantFrom(0, 2000, 20_000), fc.boolean(), async (planned, visibleAfter, twice) => {
      await server.close()
      await open({ visibleAfter })
      const left = [...planned]
      server.dies = () => left.shift()
      const ensure = () => eventually(() => entries.ensureEntry(cluster, brokers), true)
      await Promise.all(twice ? [ensure(), ensure()] : [ensure()])
      expect(server.balancers.size).toBe(1)
      expect(doors()).toEqual(DOORS)
      expect(server.groups.size).toBe(4)
      now += visibleAfter
      await eventually(() => entries.removeEntry(cluster), true)
      expect([server.balancers.size, server.groups.size]).toEqual([0, 0])
    }),
    { numRuns: 8 },
  )
}, 60_000)
