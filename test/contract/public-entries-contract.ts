import { expect, it } from 'vitest'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { EntryBroker, PublicEntries } from '../../shared/ports/public-entries.ts'

/** Entries to be tested, and where their ports lead. */
export interface EntriesUnderTest {
  readonly entries: PublicEntries
  readonly brokers: readonly EntryBroker[]
  /** What every port of all entries leads to. */
  doors(): Promise<Readonly<Record<string, readonly string[]>>>
  /** What passes between two calls of a workflow. */
  pause(): void
}

/** Two clusters of one tenant. */
export const ENTERED = { tenantId: 'acme', clusterId: 'clu_01JZX3YC4B2M8Q9T0V7W6R5S1N' } as const
export const BESIDE = { tenantId: 'acme', clusterId: 'clu_01JZX3YC4B2M8Q9T0V7W6R5S2P' } as const

/** Calls as a workflow does: again while it is not there yet. */
export async function whenThere<T>(pause: () => void, call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (thrown) {
      if (!(thrown instanceof DomainError && thrown.code === 'NOT_YET')) throw thrown
      pause()
    }
  }
}

/** The doors of a cluster with these brokers. */
export function doorsTo(brokers: readonly EntryBroker[]): Record<string, readonly string[]> {
  const target = ({ address }: EntryBroker) => `${address}:9094`
  return {
    9094: brokers.filter(({ aside }) => aside !== true).map(target),
    ...Object.fromEntries(brokers.map((broker) => [9200 + broker.nodeId, [target(broker)]])),
  }
}

/** What every kind of public entry must do. Each test opens its own. */
export function publicEntriesContract(open: () => Promise<EntriesUnderTest>): void {
  it('leads by one port to all brokers and by one to each, however often it is asked for', async () => {
    const { entries, brokers, doors, pause } = await open()
    const first = await whenThere(pause, () => entries.ensureEntry(ENTERED, brokers))
    expect(await whenThere(pause, () => entries.ensureEntry(ENTERED, brokers))).toEqual(first)
    pause()
    expect(await whenThere(pause, () => entries.ensureEntry(ENTERED, brokers))).toEqual(first)
    expect(await doors()).toEqual(doorsTo(brokers))
  })

  it('leads to brokers that come, no longer by the common port to one that leaves, and in the end not at all to it', async () => {
    const { entries, brokers, doors, pause } = await open()
    const [first, ...others] = brokers
    if (!first) throw new Error('there are no brokers')
    for (const wanted of [others, brokers, [{ ...first, aside: true }, ...others], others, others]) {
      await whenThere(pause, () => entries.ensureEntry(ENTERED, wanted))
      pause()
      expect(await doors()).toEqual(doorsTo(wanted))
    }
  })

  it('is removed again and again, and where there never was one', async () => {
    const { entries, brokers, doors, pause } = await open()
    await whenThere(pause, () => entries.ensureEntry(ENTERED, brokers))
    await whenThere(pause, () => entries.removeEntry(BESIDE))
    expect(await doors()).toEqual(doorsTo(brokers))
    for (let times = 1; times <= 2; times++) await whenThere(pause, () => entries.removeEntry(ENTERED))
    expect(await doors()).toEqual({})
  })
}
