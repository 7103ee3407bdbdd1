import { isDeepStrictEqual } from 'node:util'
import { expect, it } from 'vitest'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { InboundRule } from '../../shared/network/inbound-rules.ts'
import { type ClusterRef, type HostFleet, type HostSpec, isOfNode } from '../../shared/ports/hosts.ts'

/** A fleet to be tested. */
export interface FleetUnderTest {
  readonly fleet: HostFleet
  /** What passes between two calls of a workflow. */
  pause(): void | Promise<void>
}

const cluster = { tenantId: 'acme', clusterId: 'clu_01JZX3YC4B2M8Q9T0V7W6R5S1N' } as const

/** What a node of the tests needs. */
export function specOf(nodeId: number, more: Partial<HostSpec> = {}): HostSpec {
  return {
    ...cluster,
    nodeId,
    zone: 'az-1',
    roles: ['broker', 'controller'],
    instanceType: 'r2a.2xlarge',
    volumeGiB: 10,
    kafkaVersion: '4.3.1',
    incarnation: 1,
    volumeIncarnation: 1,
    ...more,
  }
}

/** A workflow calls so often while the answer is NOT_YET. */
const MOST_CALLS = 40

/** Calls as a workflow does: again while it is not there yet. */
export async function eventually<T>(
  { fleet, pause }: FleetUnderTest,
  call: (fleet: HostFleet) => Promise<T>,
): Promise<T> {
  for (let calls = 1; ; calls++) {
    try {
      return await call(fleet)
    } catch (thrown) {
      if (!(thrown instanceof DomainError) || thrown.code !== 'NOT_YET' || calls === MOST_CALLS) throw thrown
      await pause()
    }
  }
}

const INBOUND: readonly InboundRule[] = [{ cidr: '10.0.0.0/8', description: 'apps' }]

/** The security group of a node's cluster, then its address, in the order of the workflow. */
export async function ensureAddress(
  tested: FleetUnderTest,
  spec: HostSpec,
): Promise<{ readonly address: string; readonly securityGroupId: string }> {
  const { tenantId, clusterId } = spec
  const group = await eventually(tested, (fleet) => fleet.ensureSecurityGroup({ tenantId, clusterId }, INBOUND))
  return { ...group, ...(await eventually(tested, (fleet) => fleet.ensureAddress(spec))) }
}

/** Address, volume and machine of a node, in the order of the workflow. */
export async function ensureHost(tested: FleetUnderTest, spec: HostSpec) {
  const { address } = await ensureAddress(tested, spec)
  const { volumeId } = await eventually(tested, (fleet) => fleet.ensureVolume(spec))
  const { instanceId } = await eventually(tested, (fleet) => fleet.ensureInstance(spec, volumeId, address))
  return { address, volumeId, instanceId }
}

/** Takes a node's things away, in the order of the workflow. */
export async function removeHost(tested: FleetUnderTest, spec: HostSpec): Promise<void> {
  await eventually(tested, (fleet) => fleet.removeInstance(spec))
  await eventually(tested, (fleet) => fleet.removeVolume(spec))
  await eventually(tested, (fleet) => fleet.removeAddress(spec))
}

/** What every fleet must do, whatever its machines are. Each test opens a fleet of its own. */
export function hostFleetContract(open: () => Promise<FleetUnderTest>): void {
  const existing = async ({ fleet }: FleetUnderTest, { tenantId, clusterId }: HostSpec = specOf(1)) =>
    (await fleet.list(tenantId, clusterId)).filter(isOfNode).filter(({ state }) => state !== 'Gone')
  const groupOf = async ({ fleet }: FleetUnderTest, { tenantId, clusterId }: ClusterRef = cluster) =>
    (await fleet.list(tenantId, clusterId)).filter((resource) => !isOfNode(resource))

  it('makes one address, one volume and one machine for a node, however often it is asked', async () => {
    const tested = await open()
    const first = await ensureHost(tested, specOf(1))
    expect(await ensureHost(tested, specOf(1))).toEqual(first)
    const kinds = (await existing(tested)).map(({ kind, nodeId }) => `${kind} ${nodeId}`)
    expect(kinds.toSorted()).toEqual(['address 1', 'instance 1', 'volume 1'])
  })

  it('gives every node its own', async () => {
    const tested = await open()
    const hosts = [await ensureHost(tested, specOf(1)), await ensureHost(tested, specOf(2))]
    for (const what of ['address', 'volumeId', 'instanceId'] as const) {
      expect(new Set(hosts.map((host) => host[what])).size).toBe(2)
    }
    expect(await existing(tested)).toHaveLength(6)
  })

  it('lists what exists for a cluster and nothing of another', async () => {
    const tested = await open()
    const other = specOf(1, { clusterId: 'clu_01JZX3YC4B2M8Q9T0V7W6R5S2P' })
    const { volumeId, instanceId } = await ensureHost(tested, specOf(1))
    await ensureHost(tested, other)
    const listed = await existing(tested)
    expect(listed).toHaveLength(3)
    for (const resource of listed) expect(resource).toMatchObject({ ...cluster, nodeId: 1 })
    expect(listed).toContainEqual(expect.objectContaining({ kind: 'volume', id: volumeId }))
    expect(listed).toContainEqual(expect.objectContaining({ kind: 'instance', id: instanceId, state: 'Running' }))
    expect(await existing(tested, { ...other, tenantId: 'umbrella' })).toEqual([])
  })

  it('removes until nothing is left, again and again, and leaves other nodes alone', async () => {
    const tested = await open()
    await ensureHost(tested, specOf(1))
    await ensureHost(tested, specOf(2))
    await removeHost(tested, specOf(1))
    await removeHost(tested, specOf(1))
    expect((await existing(tested)).map(({ nodeId }) => nodeId)).toEqual([2, 2, 2])
  })

  it('replaces a machine under the same address and volume', async () => {
    const tested = await open()
    const before = await ensureHost(tested, specOf(1))
    await eventually(tested, (fleet) => fleet.removeInstance(specOf(1)))
    const after = await ensureHost(tested, specOf(1, { incarnation: 2 }))
    expect(after).toMatchObject({ address: before.address, volumeId: before.volumeId })
    expect(after.instanceId).not.toBe(before.instanceId)
    expect(await existing(tested)).toHaveLength(3)
  })

  it('takes no newer machine when the removal of an older one comes late', async () => {
    const tested = await open()
    await ensureHost(tested, specOf(1))
    await eventually(tested, (fleet) => fleet.removeInstance(specOf(1), 1))
    const { instanceId } = await ensureHost(tested, specOf(1, { incarnation: 2 }))
    await eventually(tested, (fleet) => fleet.removeInstance(specOf(1), 1))
    expect(await existing(tested)).toContainEqual(expect.objectContaining({ id: instanceId, state: 'Running' }))
    await eventually(tested, (fleet) => fleet.removeInstance(specOf(1), 2))
    expect((await existing(tested)).map(({ kind }) => kind).toSorted()).toEqual(['address', 'volume'])
  })

  it('replaces a volume by an empty one, and takes no newer one when the removal of the old one comes late', async () => {
    const tested = await open()
    const before = await ensureHost(tested, specOf(1))
    await eventually(tested, (fleet) => fleet.removeInstance(specOf(1)))
    await eventually(tested, (fleet) => fleet.removeVolume(specOf(1), before.volumeId))
    const after = await ensureHost(tested, specOf(1, { incarnation: 2, volumeIncarnation: 2 }))
    expect(after.volumeId).not.toBe(before.volumeId)
    await eventually(tested, (fleet) => fleet.removeVolume(specOf(1), before.volumeId))
    expect(await existing(tested)).toContainEqual(expect.objectContaining({ kind: 'volume', id: after.volumeId }))
  })

  it('grows a volume in place, and never makes one smaller', async () => {
    const tested = await open()
    const { volumeId } = await ensureHost(tested, specOf(1))
    await eventually(tested, (fleet) => fleet.growVolume(specOf(1, { volumeGiB: 20 })))
    await eventually(tested, (fleet) => fleet.growVolume(specOf(1, { volumeGiB: 20 })))
    await eventually(tested, (fleet) => fleet.growVolume(specOf(1, { volumeGiB: 5 })))
    expect(await eventually(tested, (fleet) => fleet.ensureVolume(specOf(1, { volumeGiB: 20 })))).toEqual({ volumeId })
    await expect(eventually(tested, (fleet) => fleet.growVolume(specOf(7)))).rejects.toMatchObject({
      code: 'VOLUME_FAILED',
    })
  })

  it('has one security group for a cluster, with just the ranges that were asked for last', async () => {
    const tested = await open()
    const ensure = (inbound: readonly InboundRule[]) =>
      eventually(tested, (fleet) => fleet.ensureSecurityGroup(cluster, inbound))
    const [apps, office, home] = [
      { cidr: '10.0.0.0/8', description: 'apps' },
      { cidr: '192.0.2.0/24', description: 'office: second floor' },
      { cidr: '198.51.100.7/32', description: 'home' },
    ]
    const { securityGroupId } = await ensure([apps, office])
    expect(await ensure([apps, office])).toEqual({ securityGroupId })
    const shown = { ...cluster, kind: 'securityGroup', id: securityGroupId, state: 'Running' }
    expect(await groupOf(tested)).toEqual([{ ...shown, inbound: expect.toSatisfy(isSameSet([apps, office])) }])
    const renamed = { ...apps, description: 'all apps' }
    await ensure([renamed, home])
    expect(await groupOf(tested)).toEqual([{ ...shown, inbound: expect.toSatisfy(isSameSet([renamed, home])) }])
    await ensure([])
    expect(await groupOf(tested)).toEqual([{ ...shown, inbound: [] }])
  })

  it('removes the security group of a cluster, again and again, and no other', async () => {
    const tested = await open()
    const other = { ...cluster, clusterId: 'clu_01JZX3YC4B2M8Q9T0V7W6R5S2P' }
    await eventually(tested, (fleet) => fleet.ensureSecurityGroup(other, []))
    await ensureHost(tested, specOf(1))
    await removeHost(tested, specOf(1))
    for (let times = 0; times < 2; times++) {
      await eventually(tested, (fleet) => fleet.removeSecurityGroup(cluster))
      expect(await groupOf(tested)).toEqual([])
    }
    expect(await groupOf(tested, other)).toHaveLength(1)
  })
}

const isSameSet = (wanted: readonly InboundRule[]) => (rules: unknown) =>
  Array.isArray(rules) &&
  rules.length === wanted.length &&
  wanted.every((rule) => rules.some((other) => isDeepStrictEqual(other, rule)))
