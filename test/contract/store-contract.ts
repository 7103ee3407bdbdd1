import { describe } from 'vitest'
import { describeExpiry } from './store-expiry.ts'
import { describeFeed } from './store-feed.ts'
import type { OpenStore } from './store-fixture.ts'
import { describeRaces } from './store-races.ts'
import { describeRandomHistories } from './store-random.ts'
import { describeReads } from './store-reads.ts'
import { describeWrites } from './store-writes.ts'

/** Registers every guarantee of the Store port as a test of one adapter. `randomRuns`: random histories tried. */
export function describeStore(name: string, open: OpenStore, { randomRuns }: { readonly randomRuns: number }): void {
  describe(name, () => {
    describeWrites(open)
    describeReads(open)
    describeExpiry(open)
    describeFeed(open)
    describeRaces(open)
    describeRandomHistories(open, randomRuns)
  })
}
