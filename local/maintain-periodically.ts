import { DUTIES } from '../functions/jobs/duties.ts'
import { type MaintainPorts, maintain } from '../functions/jobs/maintain.ts'
import { repeatedly } from './repeatedly.ts'

/** The pause between two runs: on one machine a volume of a few GiB is full within a minute. */
const PAUSE_SECONDS = 5

/** Does for all clusters what is due, again and again until it is stopped. */
export function maintainPeriodically(ports: MaintainPorts, duties = DUTIES): () => Promise<void> {
  return repeatedly(ports, {
    afterSeconds: PAUSE_SECONDS,
    pauseSeconds: PAUSE_SECONDS,
    failure: 'what is due for the clusters could not be done',
    work: () => maintain(ports, duties),
  })
}
