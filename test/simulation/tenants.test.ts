import { expect, it } from 'vitest'
import { ended, ordered } from './cluster-life.ts'
import { expectActive, expectGone } from './end-states.ts'
import { anOrder, askToDelete } from './tenant.ts'
import { createWorld } from './world.ts'

// That no transaction touches rows of two tenants is an invariant of every simulated world.

it('two tenants with the same names live and die side by side without touching each other', async () => {
  const world = createWorld({ faults: { delivery: { copies: 2 } } })
  const spec = anOrder()
  const [mine, theirs] = await Promise.all([ordered(world, 'acme', spec), ordered(world, 'zeta', spec)])
  await ended(world, mine.operationId)
  await ended(world, theirs.operationId)
  const ref = { tenantId: 'zeta', clusterId: theirs.clusterId }
  const before = await world.outside.store.query({ partition: `T#zeta#C#${theirs.clusterId}`, limit: 1000 })
  const deletion = await world.during(askToDelete(world, 'acme', mine.clusterId))
  await ended(world, deletion)
  await expectGone(world, { tenantId: 'acme', clusterId: mine.clusterId })
  await expectActive(world, ref, theirs.operationId, spec)
  const after = await world.outside.store.query({ partition: `T#zeta#C#${theirs.clusterId}`, limit: 1000 })
  const withoutReports = ({ items }: typeof after) => items.filter(({ sort }) => !sort.startsWith('HOST#'))
  expect(withoutReports(after)).toEqual(withoutReports(before))
  world.close()
})

it('a tenant cannot delete, and does not even find, the cluster of another', async () => {
  const world = createWorld()
  const { clusterId, operationId } = await ordered(world, 'acme')
  await ended(world, operationId)
  const notFound = expect.objectContaining({ code: 'CLUSTER_NOT_FOUND' })
  await expect(world.during(askToDelete(world, 'zeta', clusterId))).rejects.toEqual(notFound)
  await expectActive(world, { tenantId: 'acme', clusterId }, operationId, anOrder())
  world.close()
})
