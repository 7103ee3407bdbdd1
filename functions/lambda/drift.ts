import { createHash } from 'node:crypto'
import type { RecordFigures } from '../adapters/embedded-metrics.ts'
import { type DriftPorts, detectDrift } from '../jobs/detect-drift.ts'

/** How often the schedule fires; each time another share of the clusters is due, so that each is looked at once an hour. */
export const DRIFT_EVERY_MINUTES = 5
const SHARES = 60 / DRIFT_EVERY_MINUTES

/** No further cluster is begun after this time: the rest of the function's own limit is for the one that is looked at. */
const RUN_SECONDS = 240

/** What the schedule invokes. */
export function driftHandler(ports: DriftPorts, recordFigures: RecordFigures): () => Promise<void> {
  return async () => {
    const now = ports.clock.now()
    const share = Math.floor(new Date(now).getUTCMinutes() / DRIFT_EVERY_MINUTES)
    const { failures } = await detectDrift(ports, {
      isDue: (clusterId) => shareOf(clusterId) === share,
      until: now + RUN_SECONDS * 1000,
    })
    recordFigures({ DriftLooksFailed: failures })
  }
}

/** The same for a cluster at all times, and as many clusters in each. */
function shareOf(clusterId: string): number {
  return createHash('sha256').update(clusterId).digest().readUInt32BE() % SHARES
}
