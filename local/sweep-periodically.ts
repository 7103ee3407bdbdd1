import { type SweepPorts, sweep } from '../functions/jobs/sweep.ts'
import { SILENT_AFTER_SECONDS } from '../shared/state/silence.ts'

/** The pause between two sweeps: short beside the time after which a host counts as silent. */
const PAUSE_SECONDS = 2

/** A process group that is gone does not come back by itself: twice the time after which it is noticed. */
const REPAIR_AFTER_SECONDS = 2 * SILENT_AFTER_SECONDS

/**
 * Sweeps again and again until it is stopped. It begins when hosts have had the time to report to a control plane that has
 * just started: until then their silence is its own.
 */
export function sweepPeriodically(ports: SweepPorts): () => Promise<void> {
  const stopping = new AbortController()
  const sleep = (seconds: number) => ports.clock.sleep(seconds * 1000, stopping.signal).catch(() => undefined)
  const sweeping = (async () => {
    await sleep(SILENT_AFTER_SECONDS)
    while (!stopping.signal.aborted) {
      await sweep(ports, { repairAfterSeconds: REPAIR_AFTER_SECONDS }).catch((thrown) =>
        ports.log.error('the clusters could not be looked after', {}, thrown),
      )
      await sleep(PAUSE_SECONDS)
    }
  })()
  return async () => {
    stopping.abort()
    await sweeping
  }
}
