import { expect, it } from 'vitest'
import { compareFleet, type RecordedCluster } from '../../../shared/drift/compare-fleet.ts'
import type { FleetResource, HostResource } from '../../../shared/ports/hosts.ts'
import { recordedCluster } from './recorded.ts'

const recorded = await recordedCluster()

/** What a fleet holds for a cluster when all is well, in an order of its own. */
function asRecorded({ cluster, brokers }: RecordedCluster): readonly FleetResource[] {
  const { tenantId, clusterId } = cluster
  const nodes = brokers.flatMap(({ nodeId, volumeGiB }): HostResource[] => {
    const node = { tenantId, clusterId, nodeId, state: 'Running' } as const
    return [
      { ...node, kind: 'address', id: `eni-${nodeId}`, address: `10.0.0.${nodeId}` },
      { ...node, kind: 'instance', id: `i-${nodeId}`, instanceType: 'r6a.2xlarge' },
      {
        ...node,
        kind: 'volume',
        id: `vol-${nodeId}`,
        volumeGiB,
        volumeType: 'gp3',
        encrypted: true,
        attachedTo: `i-${nodeId}`,
      },
    ]
  })
  const inbound = [{ cidr: '10.1.0.0/16', description: 'in other words' }]
  return [...nodes.toReversed(), { tenantId, clusterId, kind: 'securityGroup', id: 'sg-1', state: 'Running', inbound }]
}

const all = asRecorded(recorded)
const isOf = (kind: FleetResource['kind'], nodeId?: number) => (resource: FleetResource) =>
  resource.kind === kind && (nodeId === undefined || ('nodeId' in resource && resource.nodeId === nodeId))
const without = (kind: FleetResource['kind'], nodeId: number) => all.filter((one) => !isOf(kind, nodeId)(one))
const changed = (kind: HostResource['kind'], patch: Partial<HostResource>) =>
  all.map((one): FleetResource => (one.kind === kind && one.nodeId === 2 ? { ...one, ...patch } : one))
const another = (kind: HostResource['kind'], patch: Partial<HostResource> = {}): readonly FleetResource[] => [
  ...all,
  ...all.flatMap((one) => (one.kind === kind && one.nodeId === 2 ? [{ ...one, id: 'another', ...patch }] : [])),
]
const rules = (...cidrs: readonly string[]) =>
  all.map((one) =>
    one.kind === 'securityGroup' ? { ...one, inbound: cidrs.map((cidr) => ({ cidr, description: '' })) } : one,
  )

it('a fleet that is as recorded has no drift, nor has one that tells no more than what exists', () => {
  expect(compareFleet(recorded, all)).toEqual([])
  const silent = all.flatMap((one) =>
    one.kind === 'securityGroup' ? [] : [{ ...one, address: undefined }].map(({ address: _, ...rest }) => rest),
  )
  const bare = silent.map(({ tenantId, clusterId, nodeId, kind, id, state }): HostResource => {
    return { tenantId, clusterId, nodeId, kind, id, state }
  })
  expect(compareFleet(recorded, bare)).toEqual([])
})

it.each([
  ['a machine that is gone', without('instance', 2), { kind: 'MachineMissing', nodeId: 2 }],
  ['a machine that is on its way out', changed('instance', { state: 'Gone' }), { kind: 'MachineMissing', nodeId: 2 }],
  ['a second machine', another('instance'), { kind: 'MachineUnexpected', nodeId: 2, resourceId: 'another' }],
  ['a machine of no node', another('instance', { nodeId: 9 }), { kind: 'MachineUnexpected', nodeId: 9 }],
  ['a machine of another type', changed('instance', { instanceType: 't3.nano' }), { kind: 'MachineTypeDiffers' }],
  ['a volume that is gone', without('volume', 2), { kind: 'VolumeMissing', nodeId: 2 }],
  ['a second volume', another('volume'), { kind: 'VolumeUnexpected', nodeId: 2, resourceId: 'another' }],
  ['a larger volume', changed('volume', { volumeGiB: 200 }), { kind: 'VolumeSizeDiffers', nodeId: 2 }],
  ['a smaller volume', changed('volume', { volumeGiB: 50 }), { kind: 'VolumeSizeDiffers', nodeId: 2 }],
  ['a volume of another type', changed('volume', { volumeType: 'io2' }), { kind: 'VolumeTypeDiffers', nodeId: 2 }],
  ['a volume that is not encrypted', changed('volume', { encrypted: false }), { kind: 'VolumeNotEncrypted' }],
  ['a volume that is attached elsewhere', changed('volume', { attachedTo: 'i-9' }), { kind: 'VolumeElsewhere' }],
  ['a volume that is attached nowhere', changed('volume', { attachedTo: '' }), { kind: 'VolumeElsewhere' }],
  ['an address that is gone', without('address', 2), { kind: 'AddressMissing', nodeId: 2 }],
  ['a second address', another('address', { address: '10.0.0.99' }), { kind: 'AddressUnexpected', nodeId: 2 }],
  ['a rule that is gone', rules(), { kind: 'RuleMissing', setting: '10.1.0.0/16' }],
  ['a rule that nobody ordered', rules('10.1.0.0/16', '0.0.0.0/0'), { kind: 'RuleUnexpected', setting: '0.0.0.0/0' }],
])('%s is drift, and the only one', (_, resources, expected) => {
  expect(compareFleet(recorded, resources)).toMatchObject([expected])
})

it('a volume of which nobody knows whether it grew may have either size', () => {
  const ordered = recorded.brokers.map((broker) => ({ ...broker, orderedGiB: 200 }))
  const halfGrown = { ...recorded, brokers: ordered }
  expect(compareFleet(halfGrown, all)).toEqual([])
  expect(compareFleet(halfGrown, changed('volume', { volumeGiB: 200 }))).toEqual([])
  expect(compareFleet(halfGrown, changed('volume', { volumeGiB: 300 }))).toHaveLength(1)
})
