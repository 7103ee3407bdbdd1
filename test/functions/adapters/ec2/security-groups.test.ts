import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { InboundRule } from '../../../../shared/network/inbound-rules.ts'
import { ensureHost, eventually, specOf } from '../../../contract/host-fleet-contract.ts'
import { type FleetScene, openFleetScene, SETTINGS } from './fleet-fixture.ts'

const { nodeId: _, ...cluster } = { tenantId: 'acme', clusterId: specOf(1).clusterId, nodeId: 1 }

let scene: FleetScene
beforeEach(async () => {
  scene = await openFleetScene()
  return () => scene.server.close()
})

const range = (cidr: string, description = 'apps'): InboundRule => ({ cidr, description })
const ensure = (inbound: readonly InboundRule[], within = scene) =>
  eventually(within, (fleet) => fleet.ensureSecurityGroup(cluster, inbound))
/** What is in force in the cloud itself, not what it shows. */
const inForce = ({ server }: FleetScene) =>
  [...server.securityGroups.values()]
    .flatMap(({ rules }) => rules)
    .filter(({ revokedAt }) => revokedAt === undefined)
    .map(({ direction, protocol, port, cidr, groupId }) => `${direction} ${protocol} ${port} ${cidr ?? groupId}`)
    .toSorted()
const clients = (within: FleetScene) => inForce(within).filter((rule) => rule.includes(' 9092 '))

describe('the security group of a cluster', () => {
  it('lets nodes replicate and reach controllers, clients in from where they were ordered, and nothing else anywhere', async () => {
    const { securityGroupId: id } = await ensure([range('10.1.0.0/16'), range('192.0.2.7/32')])
    expect(inForce(scene)).toEqual(
      [
        `egress tcp 9091 ${id}`,
        `egress tcp 9093 ${id}`,
        `ingress tcp 9091 ${id}`,
        `ingress tcp 9092 10.1.0.0/16`,
        `ingress tcp 9092 192.0.2.7/32`,
        `ingress tcp 9093 ${id}`,
      ].toSorted(),
    )
  })

  it('has another beside it for the public entry, with the same ranges and the ports of the entry, and nothing more', async () => {
    const both = (inbound: readonly InboundRule[]) =>
      eventually(scene, (fleet) => fleet.ensureSecurityGroup(cluster, inbound, 'public'))
    const { securityGroupId } = await both([range('10.1.0.0/16')])
    await both([range('10.1.0.0/16'), range('192.0.2.7/32')])
    const before = scene.server.securityGroups.size
    const ofEntry = ({ tags }: { readonly tags: ReadonlyMap<string, string> }) =>
      tags.get('weir:use') === 'entrySecurityGroup'
    const entry = [...scene.server.securityGroups.values()].find(ofEntry)
    const rules = entry?.rules.filter(({ revokedAt }) => revokedAt === undefined) ?? []
    expect(rules.map(({ direction, port, lastPort, cidr }) => [direction, port, lastPort, cidr])).toEqual([
      ['ingress', 9094, 10_199, '10.1.0.0/16'],
      ['ingress', 9094, 10_199, '192.0.2.7/32'],
    ])
    expect(clients(scene)).toHaveLength(2)
    await ensureHost(scene, specOf(1))
    const [first] = scene.server.interfaces.values()
    expect(first?.groupIds).not.toContain(entry?.id)
    const listed = await scene.fleet.list(cluster.tenantId, cluster.clusterId)
    expect(listed.filter(({ kind }) => kind === 'securityGroup').map(({ id }) => id)).toEqual([securityGroupId])
    await eventually(scene, (fleet) => fleet.removeInstance(specOf(1)))
    await eventually(scene, (fleet) => fleet.removeAddress(specOf(1)))
    await eventually(scene, (fleet) => fleet.removeSecurityGroup(cluster))
    expect(scene.server.securityGroups.size).toBe(before - 2)
  })

  it('is borne by every address of the cluster beside the groups of the deployment', async () => {
    const { securityGroupId } = await ensure([])
    await ensureHost(scene, specOf(1))
    const [first] = scene.server.interfaces.values()
    expect(first?.groupIds).toEqual([...SETTINGS.securityGroupIds, securityGroupId])
  })

  it.each([
    ['when the address is asked for', () => scene.fleet.ensureAddress(specOf(1))],
    ['when who may reach the cluster changes', () => ensure([range('10.0.0.0/8')])],
    ['when its machine is replaced', replaceMachine],
  ])('is given back to an address that somebody took it from: %s', async (_when, act) => {
    await ensureHost(scene, specOf(1))
    const [only] = scene.server.interfaces.values()
    const groupIds = only?.groupIds ?? []
    if (only) only.groupIds = SETTINGS.securityGroupIds
    await act()
    expect(only?.groupIds).toEqual(groupIds)
  })

  async function replaceMachine() {
    await eventually(scene, (fleet) => fleet.removeInstance(specOf(1)))
    await ensureHost(scene, specOf(1, { incarnation: 2 }))
  }

  it('that was made by a call whose answer was lost is found by its tags, and made once', async () => {
    await scene.server.close()
    scene = await openFleetScene({ visibleAfter: 40_000 })
    scene.server.dies = ({ action }) => (action === 'CreateSecurityGroup' ? 'after' : undefined)
    await expect(scene.fleet.ensureSecurityGroup(cluster, [])).rejects.toMatchObject({ code: 'INTERNAL' })
    scene.server.dies = () => undefined
    await ensure([range('10.0.0.0/8')])
    const own = [...scene.server.securityGroups.values()].filter(({ tags }) => tags.has('weir:cluster'))
    expect(own).toHaveLength(1)
    expect(clients(scene)).toEqual(['ingress tcp 9092 10.0.0.0/8'])
  })

  it('is not removed while an address bears it, and goes when the last one has gone', async () => {
    await ensureHost(scene, specOf(1))
    await expect(scene.fleet.removeSecurityGroup(cluster)).rejects.toMatchObject({ code: 'NOT_YET' })
    await eventually(scene, (fleet) => fleet.removeInstance(specOf(1)))
    await eventually(scene, (fleet) => fleet.removeAddress(specOf(1)))
    await eventually(scene, (fleet) => fleet.removeSecurityGroup(cluster))
    expect([...scene.server.securityGroups.keys()]).toEqual([...SETTINGS.securityGroupIds])
  })

  it('says of a rule what was said in the order, as far as EC2 takes it', async () => {
    await ensure([range('10.0.0.0/8', 'Büro: 2. Stock?')])
    const rules = [...scene.server.securityGroups.values()].flatMap((group) => group.rules)
    expect(rules.map(({ description }) => description)).toContain('B_ro: 2. Stock_')
  })

  it('loses rules that somebody has added by hand, and gets back those that were taken', async () => {
    await ensure([range('10.0.0.0/8')])
    const [group] = [...scene.server.securityGroups.values()].filter(({ tags }) => tags.has('weir:cluster'))
    const [ssh] = group?.rules.filter(({ port }) => port === 9092) ?? []
    if (!group || !ssh) expect.fail('there is no such rule')
    group.rules.push({ ...ssh, id: 'sgr-00000000000000ssh', port: 22, cidr: '0.0.0.0/0' })
    ssh.revokedAt = scene.now() - 60_000
    await ensure([range('10.0.0.0/8')])
    expect(inForce(scene).filter((rule) => !rule.includes('sg-'))).toEqual(['ingress tcp 9092 10.0.0.0/8'])
  })

  it('keeps a rule that lets in another group, as that of a load balancer', async () => {
    await ensure([range('10.0.0.0/8')])
    const [common, group] = scene.server.securityGroups.values()
    const [own] = group?.rules.filter(({ port }) => port === 9091) ?? []
    if (!common || !group || !own) expect.fail('there is no such rule')
    group.rules.push({ ...own, id: 'sgr-0000000000000lb', port: 9094, groupId: common.id })
    await ensure([])
    expect(inForce(scene)).toContain(`ingress tcp 9094 ${common.id}`)
  })

  it('can change all of its ranges at once, although old and new together are more than EC2 takes', async () => {
    const ranges = (second: number) => Array.from({ length: 50 }, (_, third) => range(`10.${second}.${third}.0/24`))
    await ensure(ranges(1))
    await ensure(ranges(2))
    expect(clients(scene)).toEqual(
      ranges(2)
        .map(({ cidr }) => `ingress tcp 9092 ${cidr}`)
        .toSorted(),
    )
  })
})

const rules = fc
  .uniqueArray(fc.integer({ min: 0, max: 70 }), { maxLength: 50 })
  .map((numbers) => numbers.map((number) => range(`10.0.${number}.0/24`, `range ${number % 7}`)))

it('between any two sets of ranges, with calls that die anywhere, no range of both is ever shut out', async () => {
  const death = fc.constantFrom<readonly (undefined | 'before' | 'after')[]>(
    [undefined],
    [undefined, 'after', 'before'],
  )
  await fc.assert(
    fc.asyncProperty(rules, rules, fc.array(death, { maxLength: 12 }), async (before, after, deaths) => {
      const other = await openFleetScene({ visibleAfter: 2000 })
      try {
        await ensure(before, other)
        const kept = before.filter(({ cidr }) => after.some((rule) => rule.cidr === cidr)).map(({ cidr }) => cidr)
        const planned = deaths.flat()
        const missing: string[] = []
        other.server.dies = () => {
          const there = clients(other)
          missing.push(...kept.filter((cidr) => !there.includes(`ingress tcp 9092 ${cidr}`)))
          return planned.shift()
        }
        for (let calls = 0; calls < 100; calls++) {
          const isDone = await ensure(after, other).then(
            () => true,
            () => false,
          )
          if (isDone) break
          other.pause()
        }
        expect(missing).toEqual([])
        expect(clients(other)).toEqual(after.map(({ cidr }) => `ingress tcp 9092 ${cidr}`).toSorted())
        const own = [...other.server.securityGroups.values()].flatMap((group) => group.rules)
        for (const { cidr, description } of after)
          expect(own.find((rule) => rule.cidr === cidr && rule.revokedAt === undefined)?.description).toBe(description)
      } finally {
        await other.server.close()
      }
    }),
    { numRuns: 25 },
  )
}, 60_000)
