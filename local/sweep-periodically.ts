import { type SweepPorts, sweep } from '../functions/jobs/sweep.ts'
import { SILENT_AFTER_SECONDS } from '../shared/state/silence.ts'
import { repeatedly } from './repeatedly.ts'

/** The pause between two sweeps: short beside the time after which a host counts as silent. */
const PAUSE_SECONDS = 2

/** A process group that is gone does not come back by itself: twice the time after which it is noticed. */
const REPAIR_AFTER_SECONDS = 2 * SILENT_AFTER_SECONDS

/**
 * Sweeps again and again until it is stopped. It begins when hosts have had the time to report to a control plane that has
 * just started: until then their silence is its own.
 */
export function sweepPeriodically(ports: SweepPorts): () => Promise<void> {
  return repeatedly(ports, {
    afterSeconds: SILENT_AFTER_SECONDS,
    pauseSeconds: PAUSE_SECONDS,
    failure: 'the clusters could not be looked after',
    work: () => sweep(ports, { repairAfterSeconds: REPAIR_AFTER_SECONDS }),
  })
}
