import { type DriftPorts, detectDrift } from '../functions/jobs/detect-drift.ts'
import { repeatedly } from './repeatedly.ts'

/** The pause between two looks: on one machine there are few clusters, and whoever tries something out does not wait an hour. */
const PAUSE_SECONDS = 60

/** Compares all clusters with what was ordered, again and again until it is stopped. */
export function detectDriftPeriodically(ports: DriftPorts): () => Promise<void> {
  const run = () => ({ isDue: () => true, until: ports.clock.now() + PAUSE_SECONDS * 1000 })
  return repeatedly(ports, {
    afterSeconds: PAUSE_SECONDS,
    pauseSeconds: PAUSE_SECONDS,
    failure: 'drift could not be looked for',
    work: () => detectDrift(ports, run()),
  })
}
