import { describe, expect, it } from 'vitest'
import type { EventRecord } from '../../../shared/records/event.ts'
import { keys, partitions, sorts } from '../../../shared/records/keys.ts'
import { acceptDelete } from '../../../shared/state/accept-delete.ts'
import { changeCluster, timestamp } from '../../../shared/state/change-cluster.ts'
import { loadBroker, loadCluster, loadOperation } from '../../../shared/state/load.ts'
import { listRecords } from '../../../shared/state/stored.ts'
import { accepted, commits, requester, stateFixture } from './state-fixture.ts'

const superseded = expect.objectContaining({ code: 'OPERATION_SUPERSEDED' })

describe('a change of a cluster', () => {
  it('writes nothing when it comes to nothing', async () => {
    const ports = stateFixture()
    const target = await accepted(ports)
    const before = await commits(ports)
    expect(await changeCluster(ports, target, () => 'looked')).toBe('looked')
    expect(await commits(ports)).toBe(before)
  })

  it('is refused whole to an operation that was pre-empted', async () => {
    const ports = stateFixture()
    const target = await accepted(ports)
    await acceptDelete(ports, requester, target.clusterId, () => undefined)
    const before = await commits(ports)
    await expect(changeCluster(ports, target, (draft) => draft.enterCluster('Creating', 'Unknown'))).rejects.toEqual(
      superseded,
    )
    expect(await commits(ports)).toBe(before)
  })

  it('is refused to an operation that is pre-empted between the look and the commit, whatever it touches', async () => {
    const ports = stateFixture()
    const target = await accepted(ports)
    let rounds = 0
    const change = changeCluster(ports, target, async (draft) => {
      if (rounds++ === 0) await acceptDelete(ports, requester, target.clusterId, () => undefined)
      draft.setBroker(1, { address: '10.0.0.1' })
    })
    await expect(ports.clock.runUntil(change)).rejects.toEqual(superseded)
    expect((await loadBroker(ports.store, 'acme', target.clusterId, 1)).record).not.toHaveProperty('address')
  })

  it('is refused to an operation that has ended, unless it changes nothing', async () => {
    const ports = stateFixture()
    const target = await accepted(ports)
    await changeCluster(ports, target, (draft) => {
      draft.enterCluster('Active', 'Healthy')
      const { activeOperationId: _, ...idle } = draft.cluster()
      draft.replaceCluster(idle)
      draft.setOperation({ state: 'Succeeded', finishedAt: timestamp(ports) })
    })
    await expect(changeCluster(ports, target, (draft) => draft.setBroker(1, { address: '10.0.0.1' }))).rejects.toEqual(
      superseded,
    )
    await expect(changeCluster(ports, target, () => 'looked')).resolves.toBe('looked')
  })

  it('is decided anew on what is there when another was faster', async () => {
    const ports = stateFixture()
    const { tenantId, clusterId } = await accepted(ports)
    const events = (await loadCluster(ports.store, tenantId, clusterId)).record.eventSequence
    const changes = Array.from({ length: 8 }, (_, index) =>
      changeCluster(ports, { tenantId, clusterId }, (draft) =>
        draft.emit('kafka.topic.created.v1', `topic-${index}`, { name: `topic-${index}` }),
      ),
    )
    await ports.clock.runUntil(Promise.all(changes))
    const rows = await listRecords<EventRecord>(ports.store, partitions.cluster(tenantId, clusterId), sorts.event)
    expect(rows.map(({ record }) => Number(record.sequence))).toEqual(
      Array.from({ length: events + 8 }, (_, index) => index + 1),
    )
    expect(new Set(rows.slice(events).map(({ record }) => record.subject)).size).toBe(8)
  })

  it('never runs backwards in time, though the clock does', async () => {
    const ports = stateFixture()
    const target = await accepted(ports)
    const slow = { ...ports, clock: { ...ports.clock, now: () => ports.clock.now() - 600_000 } }
    await changeCluster(slow, target, (draft) => {
      draft.enterCluster('Creating', 'Unknown')
      draft.bill([{ nodeId: 1, volumeGiB: 100 }], 'test')
    })
    const { updatedAt, createdAt } = (await loadCluster(ports.store, 'acme', target.clusterId)).record
    expect(updatedAt >= createdAt).toBe(true)
    const row = await ports.store.get(keys.ledger('acme', target.clusterId, 1))
    expect(row?.value).toMatchObject({ at: createdAt })
  })

  it('is announced only when it is committed', async () => {
    const ports = stateFixture()
    const target = await accepted(ports)
    const before = await commits(ports)
    const refused = changeCluster(ports, target, (draft) => {
      draft.enterCluster('Creating', 'Unknown')
      throw new Error('changed my mind')
    })
    await expect(refused).rejects.toThrow('changed my mind')
    expect(await commits(ports)).toBe(before)
    expect((await loadOperation(ports.store, 'acme', target.operationId)).record.state).toBe('Pending')
  })
})
