import { type DriftPorts, detectDrift } from '../functions/jobs/detect-drift.ts'

/** The pause between two looks: on one machine there are few clusters, and whoever tries something out does not wait an hour. */
const PAUSE_SECONDS = 60

/** Compares all clusters with what was ordered, again and again until it is stopped. */
export function detectDriftPeriodically(ports: DriftPorts): () => Promise<void> {
  const stopping = new AbortController()
  const sleep = () => ports.clock.sleep(PAUSE_SECONDS * 1000, stopping.signal).catch(() => undefined)
  const run = () => ({ isDue: () => true, until: ports.clock.now() + PAUSE_SECONDS * 1000 })
  const looking = (async () => {
    for (await sleep(); !stopping.signal.aborted; await sleep())
      await detectDrift(ports, run()).catch((thrown) => ports.log.error('drift could not be looked for', {}, thrown))
  })()
  return async () => {
    stopping.abort()
    await looking
  }
}
