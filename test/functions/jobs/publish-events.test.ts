import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EVENT_RETENTION_DAYS, publishEvents } from '../../../functions/jobs/publish-events.ts'
import type { Change } from '../../../shared/ports/store.ts'
import type { EventRecord } from '../../../shared/records/event.ts'
import { keys, partitions, sorts } from '../../../shared/records/keys.ts'
import { acceptDelete } from '../../../shared/state/accept-delete.ts'
import { listRecords } from '../../../shared/state/stored.ts'
import { accepted, requester, type StateFixture, stateFixture } from '../../shared/state/state-fixture.ts'

/** Two clusters, one of them on its way out, the changes that made them, and how many events are among those. */
async function committed(): Promise<{ ports: StateFixture; changes: readonly Change[]; events: number }> {
  const ports = stateFixture()
  const { clusterId } = await accepted(ports)
  await accepted(ports, { name: 'logs' })
  await acceptDelete(ports, requester, clusterId, () => undefined)
  const { changes } = await ports.store.changes(undefined, 1000)
  return { ports, changes, events: changes.filter(({ sort }) => sort.startsWith(sorts.event)).length }
}

const silent = { publish: async () => undefined }

async function feedOf({ store }: StateFixture): Promise<readonly EventRecord[]> {
  const rows = await listRecords<EventRecord>(store, partitions.feed('acme'), '')
  expect(rows.map(({ key }) => key)).toEqual(rows.map((_, index) => keys.feed('acme', index + 1)))
  return rows.map(({ record }) => record)
}

const bySequence = (events: readonly EventRecord[]) => Object.groupBy(events, ({ data }) => data.clusterId)

describe('the feed of a tenant', () => {
  it('holds every committed event once, without gaps, those of a cluster in their order, however they are delivered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 12 }), async (deliveries) => {
        const { ports, changes, events } = await committed()
        // Batches come in order, but any of them may come again, from anywhere before its end.
        let done = 0
        for (const [back, length] of deliveries) {
          const from = Math.max(0, done - back)
          done = Math.max(done, Math.min(changes.length, from + length))
          await publishEvents({ ...ports, events: silent }, changes.slice(from, from + length))
        }
        await publishEvents({ ...ports, events: silent }, changes.slice(done))
        const feed = await feedOf(ports)
        expect(new Set(feed.map(({ id }) => id)).size).toBe(feed.length)
        for (const ofCluster of Object.values(bySequence(feed)))
          expect(ofCluster?.map(({ sequence }) => Number(sequence))).toEqual(ofCluster?.map((_, index) => index + 1))
        expect(feed).toHaveLength(events)
        ports.store.close()
      }),
      { numRuns: 40 },
    )
  })

  it('keeps events for 35 days and the place that the next one takes for good', async () => {
    const { ports, changes, events } = await committed()
    await publishEvents({ ...ports, events: silent }, changes)
    await ports.clock.advance((EVENT_RETENTION_DAYS * 86_400 - 1) * 1000)
    expect(await feedOf(ports)).toHaveLength(events)
    await ports.clock.advance(1000)
    expect(await feedOf(ports)).toEqual([])
    // Delivered again after so long, it stays what it was: published.
    await publishEvents({ ...ports, events: silent }, changes)
    expect(await feedOf(ports)).toEqual([])
    await accepted(ports, { name: 'later' })
    const later = (await ports.store.changes(undefined, 1000)).changes.slice(changes.length)
    await publishEvents({ ...ports, events: silent }, later)
    const [next] = (await ports.store.query({ partition: partitions.feed('acme'), limit: 1 })).items
    expect(next?.sort).toBe(keys.feed('acme', events + 1).sort)
  })

  it('is gapless when several deliver at the same time', async () => {
    const { ports, changes, events } = await committed()
    const deliver = () => publishEvents({ ...ports, events: silent }, changes)
    await ports.clock.runUntil(Promise.all([deliver(), deliver(), deliver()]))
    expect(await feedOf(ports)).toHaveLength(events)
  })

  it('has what the bus could not take, and the bus gets it when it is delivered again', async () => {
    const { ports, changes, events } = await committed()
    const published: string[] = []
    const broken = { publish: async () => Promise.reject(new Error('the bus is away')) }
    await expect(publishEvents({ ...ports, events: broken }, changes)).rejects.toThrow('the bus is away')
    const working = {
      publish: async (all: readonly EventRecord[]) => void published.push(...all.map(({ id }) => id)),
    }
    await publishEvents({ ...ports, events: working }, changes)
    const feed = await feedOf(ports)
    expect(feed).toHaveLength(events)
    expect(published.toSorted()).toEqual(feed.map(({ id }) => id).toSorted())
  })
})
