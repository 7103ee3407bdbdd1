import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { HostFleet, HostSpec } from '../../../../shared/ports/hosts.ts'
import { specOf } from '../../../contract/host-fleet-contract.ts'
import type { Death, Ec2Server } from './ec2-server.ts'
import { type FleetScene, openFleetScene } from './fleet-fixture.ts'

/** Whatever a call fails with, the workflow begins the step anew; after so many deaths there are no more of them. */
const MOST_CALLS = 200

async function again<T>({ fleet, pause }: FleetScene, call: (fleet: HostFleet) => Promise<T>): Promise<T> {
  for (let calls = 1; ; calls++) {
    try {
      return await call(fleet)
    } catch (thrown) {
      if (calls === MOST_CALLS) throw thrown
      await pause()
    }
  }
}

const INBOUND = [{ cidr: '10.0.0.0/8', description: 'apps' }]
const groupOf = ({ tenantId, clusterId }: HostSpec) => ({ tenantId, clusterId })

async function ensure(scene: FleetScene, spec: HostSpec) {
  await again(scene, (fleet) => fleet.ensureSecurityGroup(groupOf(spec), INBOUND))
  const { address } = await again(scene, (fleet) => fleet.ensureAddress(spec))
  const { volumeId } = await again(scene, (fleet) => fleet.ensureVolume(spec))
  const { instanceId } = await again(scene, (fleet) => fleet.ensureInstance(spec, volumeId, address))
  return { address, volumeId, instanceId }
}

/** What exists in the cloud itself, not in what it shows. */
function existing({ machines, stateOf, volumes, interfaces, securityGroups }: Ec2Server) {
  const bare = (things: Iterable<{ readonly tags: ReadonlyMap<string, string> }>) =>
    [...things].map(({ tags }) => `${tags.get('weir:node')}/${tags.get('weir:incarnation') ?? '-'}`).toSorted()
  return {
    machines: bare([...machines.values()].filter((machine) => ['running', 'pending'].includes(stateOf(machine)))),
    volumes: bare([...volumes.values()].filter(({ deletedAt }) => deletedAt === undefined)),
    addresses: bare(interfaces.values()),
    clients: [...securityGroups.values()].flatMap(({ rules }) =>
      rules.flatMap(({ port, cidr, revokedAt }) => (port === 9092 && revokedAt === undefined ? [cidr] : [])),
    ),
    groups: [...securityGroups.values()].filter(({ tags }) => tags.has('weir:cluster')).length,
  }
}

const deaths = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom<Death>('before', 'after') },
  ),
  { minLength: 5, maxLength: 60 },
)
const story = fc.record({
  deaths,
  /** Other callers see what was made only so much later. */
  visibleAfter: fc.constantFrom(0, 2000, 20_000),
  /** A second caller does the same at the same time: an attempt that was given up and lives on. */
  twice: fc.boolean(),
  /** When there is no address in the first subnet: at which of the calls that make one. */
  scarce: fc.array(fc.boolean(), { maxLength: 8 }),
})

it('whatever dies, and whenever: one machine, volume and address for each node and incarnation, one security group, and nothing in the end', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({ deaths: planned, visibleAfter, twice, scarce }) => {
      const scene = await openFleetScene({ visibleAfter })
      const { server } = scene
      const left = [...planned]
      server.dies = () => left.shift()
      const [first] = server.subnets.values()
      const without = [...scarce]
      server.refuses = ({ action }) => {
        if (action === 'CreateNetworkInterface' && first) first.free = without.shift() ? 0 : 100
        return undefined
      }
      const both = async (spec: HostSpec) => {
        const [host] = await Promise.all([
          ensure(scene, spec),
          ...(twice && scarce.length === 0 ? [ensure(scene, spec)] : []),
        ])
        return host
      }
      try {
        const before = await both(specOf(1))
        await both(specOf(2, { zone: 'az-2' }))
        expect(existing(server)).toEqual({
          machines: ['1/1', '2/1'],
          volumes: ['1/1', '2/1'],
          addresses: ['1/-', '2/-'],
          clients: ['10.0.0.0/8'],
          groups: 1,
        })

        await again(scene, (fleet) => fleet.growVolume(specOf(1, { volumeGiB: 20 })))
        expect([...server.volumes.values()].flatMap(({ changes }) => changes)).toHaveLength(1)

        await again(scene, (fleet) => fleet.removeInstance(specOf(1)))
        const after = await both(specOf(1, { incarnation: 2 }))
        expect(after).toMatchObject({ address: before.address, volumeId: before.volumeId })
        expect(existing(server).machines).toEqual(['1/2', '2/1'])

        scene.pass(visibleAfter)
        for (const nodeId of [1, 2]) {
          await again(scene, (fleet) => fleet.removeInstance(specOf(nodeId)))
          await again(scene, (fleet) => fleet.removeVolume(specOf(nodeId)))
          await again(scene, (fleet) => fleet.removeAddress(specOf(nodeId)))
        }
        await again(scene, (fleet) => fleet.removeSecurityGroup(groupOf(specOf(1))))
        expect(existing(server)).toEqual({ machines: [], volumes: [], addresses: [], clients: [], groups: 0 })
      } finally {
        await server.close()
      }
    }),
    { numRuns: 8 },
  )
}, 60_000)
