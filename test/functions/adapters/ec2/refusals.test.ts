import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ec2Fleet } from '../../../../functions/adapters/ec2/fleet.ts'
import { DomainError } from '../../../../shared/errors/domain-error.ts'
import { ensureAddress, ensureHost, eventually, specOf } from '../../../contract/host-fleet-contract.ts'
import { type FleetScene, openFleetScene, SETTINGS } from './fleet-fixture.ts'
import type { Query } from './query.ts'

let scene: FleetScene
beforeEach(async () => {
  scene = await openFleetScene()
  return () => scene.server.close()
})

const [FIRST_SUBNET = '', SECOND_SUBNET = ''] = SETTINGS.zones['az-1']?.subnetIds ?? []
const empty = (subnetId: string) => {
  const subnet = scene.server.subnets.get(subnetId)
  if (subnet) subnet.free = 0
}

describe('where there is no capacity', () => {
  it('an address comes from the next subnet of the zone', async () => {
    empty(FIRST_SUBNET)
    await ensureAddress(scene, specOf(1))
    expect([...scene.server.interfaces.values()].map(({ subnetId }) => subnetId)).toEqual([SECOND_SUBNET])
  })

  it('an address that a dead call has left in another subnet goes when it is seen', async () => {
    const first = scene.server.subnets.get(FIRST_SUBNET)
    if (!first) expect.fail('there is no first subnet')
    first.free = 0
    const isFromSecond = (call: Query) => call.text('SubnetId') === SECOND_SUBNET
    scene.server.dies = (call) => (isFromSecond(call) ? 'after' : undefined)
    await expect(ensureAddress(scene, specOf(1))).rejects.toMatchObject({ code: 'INTERNAL' })
    expect([...scene.server.interfaces.values()].map(({ subnetId }) => subnetId)).toEqual([SECOND_SUBNET])
    first.free = 100
    const { address } = await scene.fleet.ensureAddress(specOf(1))
    expect([...scene.server.interfaces.values()]).toMatchObject([{ subnetId: FIRST_SUBNET, address }])
  })

  it('and in no subnet of the zone either, the call says NO_CAPACITY and no other zone is taken', async () => {
    empty(FIRST_SUBNET)
    empty(SECOND_SUBNET)
    await expect(ensureAddress(scene, specOf(1))).rejects.toMatchObject({ code: 'NO_CAPACITY' })
    expect(scene.server.interfaces.size).toBe(0)
  })

  it('of machines, it is NO_CAPACITY until there is, and then one machine', async () => {
    scene.server.exhausted.add('eu-central-1a')
    await expect(ensureHost(scene, specOf(1))).rejects.toMatchObject({ code: 'NO_CAPACITY' })
    expect(scene.server.machines.size).toBe(0)
    scene.server.exhausted.clear()
    await ensureHost(scene, specOf(1))
    expect(scene.server.machines.size).toBe(1)
  })

  it('a zone that the deployment has no subnets for is NOT_PROVIDED', async () => {
    await expect(scene.fleet.ensureAddress(specOf(1, { zone: 'az-3' }))).rejects.toMatchObject({ code: 'NOT_PROVIDED' })
  })
})

describe('what EC2 says', () => {
  it.each([
    ['InsufficientInstanceCapacity', 'NO_CAPACITY'],
    ['InsufficientFreeAddressesInSubnet', 'NO_CAPACITY'],
    ['VcpuLimitExceeded', 'NO_CAPACITY'],
    ['VolumeLimitExceeded', 'NO_CAPACITY'],
    ['RulesPerSecurityGroupLimitExceeded', 'NO_CAPACITY'],
    ['InvalidGroup.NotFound', 'NOT_YET'],
    ['IncorrectState', 'NOT_YET'],
    ['InvalidVolume.NotFound', 'NOT_YET'],
    ['IdempotentParameterMismatch', 'NOT_YET'],
    ['InvalidVolume.ZoneMismatch', 'VOLUME_FAILED'],
    ['UnauthorizedOperation', 'INTERNAL'],
    ['InvalidSubnetID.NotFound', 'INTERNAL'],
    ['InvalidLaunchTemplateId.NotFound', 'INTERNAL'],
  ])('%s is %s, and its words stay inside', async (code, expected) => {
    scene.server.refuses = ({ action }) => (action === 'CreateVolume' ? code : undefined)
    const thrown: unknown = await scene.fleet.ensureVolume(specOf(1)).catch((error: unknown) => error)
    if (!(thrown instanceof DomainError)) expect.fail('nothing was refused')
    expect(thrown.code).toBe(expected)
    expect(thrown.message).not.toMatch(/words of AWS|InvalidSubnet|eu-central-1/)
    expect(thrown.context.cause).toMatchObject({ name: code })
  })

  it('an answer that never comes is INTERNAL, which a workflow tries again', async () => {
    scene.server.dies = () => 'before'
    await expect(scene.fleet.list('acme', 'clu_1')).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  it('too many calls at once are called again by the client, more slowly', async () => {
    const client = scene.server.client({ maxAttempts: 5, retryMode: 'adaptive' })
    const fleet = ec2Fleet({ client, stage: 'test', settings: SETTINGS, clock: { ...scene, sleep: async () => {} } })
    scene.server.throttled = 1
    await fleet.list('acme', 'clu_1')
    expect(scene.server.calls.map(({ action }) => action).slice(0, 2)).toEqual(Array(2).fill('DescribeInstances'))
  })

  it('too many calls for longer than the client waits are NOT_YET', async () => {
    scene.server.throttled = 1
    await expect(scene.fleet.list('acme', 'clu_1')).rejects.toMatchObject({ code: 'NOT_YET' })
    await expect(scene.fleet.list('acme', 'clu_1')).resolves.toEqual([])
  })
})

describe('what takes its time', () => {
  afterEach(() => scene.server.close().catch(() => undefined))

  it('is NOT_YET within half a minute, so that no function waits for minutes', async () => {
    await scene.server.close()
    scene = await openFleetScene({ volumeAvailableAfter: 90_000 })
    const before = scene.now()
    await expect(scene.fleet.ensureVolume(specOf(1))).rejects.toMatchObject({ code: 'NOT_YET' })
    expect(scene.now() - before).toBeLessThanOrEqual(30_000)
    await eventually(scene, (fleet) => fleet.ensureVolume(specOf(1)))
    expect(scene.server.volumes.size).toBe(1)
  })
})
