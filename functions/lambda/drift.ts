import { createHash } from 'node:crypto'
import { SCHEDULES } from '../../shared/deployment/schedules.ts'
import type { RecordFigures } from '../adapters/embedded-metrics.ts'
import { type DriftPorts, detectDrift } from '../jobs/detect-drift.ts'

/** Each time another share of the clusters is due, so that each is looked at once an hour. */
const EVERY_MINUTES = SCHEDULES.drift.everyMinutes
const SHARES = 60 / EVERY_MINUTES

/** No further cluster is begun after this time: the rest of the function's own limit is for the one that is looked at. */
const RUN_SECONDS = 240

/** What the schedule invokes. */
export function driftHandler(ports: DriftPorts, recordFigures: RecordFigures): () => Promise<void> {
  return async () => {
    const now = ports.clock.now()
    const share = Math.floor(new Date(now).getUTCMinutes() / EVERY_MINUTES)
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
