import { onChanges } from '../../functions/jobs/on-changes.ts'
import type { Random } from '../../local/asl/random.ts'
import type { Ports } from '../../shared/ports/ports.ts'
import type { Change } from '../../shared/ports/store.ts'
import type { FaultPlan } from './faults.ts'
import type { Life } from './life.ts'
import type { StoreModel } from './models/store.ts'

/** Where the follower of the feed is; it outlives the process. */
export interface Feed {
  readonly store: Pick<StoreModel, 'onChange'>
  cursor: string | undefined
}

/** How many changes are handed on at once. */
const BATCH = 100
/** Between a commit and its delivery. */
const USUAL_DELAY_SECONDS = 0.1
/** Between a failure and the next try. */
const RETRY_SECONDS = 0.5

/**
 * Hands committed changes to the job behind the feed, in order and at least once: late, twice, or again from the start
 * of the batch when the process died before it had written down where it was.
 */
export async function followFeed(
  ports: Ports,
  feed: Feed,
  { faults, random }: { readonly faults: FaultPlan; readonly random: Random },
  { isAlive }: Life,
): Promise<void> {
  while (isAlive()) {
    const committed = nextCommit(feed.store)
    const { changes, cursor } = await ports.store.changes(feed.cursor, BATCH)
    if (changes.length === 0) {
      await committed
      await ports.clock.sleep((faults.delivery.delaySeconds ?? USUAL_DELAY_SECONDS) * 1000)
      continue
    }
    try {
      const { copies = 1, shuffled = false } = faults.delivery
      for (let copy = 0; copy < copies; copy++) await onChanges(ports, shuffled ? overtaking(changes, random) : changes)
      feed.cursor = cursor
    } catch {
      await ports.clock.sleep(RETRY_SECONDS * 1000)
    }
  }
}

/** Puts changes of different partitions into any order; those of one partition stay in theirs. */
function overtaking(changes: readonly Change[], random: Random): readonly Change[] {
  const ranks = new Map(changes.map(({ partition }) => [partition, random.number()]))
  return changes.toSorted((a, b) => (ranks.get(a.partition) ?? 0) - (ranks.get(b.partition) ?? 0))
}

function nextCommit(store: Feed['store']): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.onChange(() => {
      stop()
      resolve()
    })
  })
}
