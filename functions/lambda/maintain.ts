import type { RecordFigures } from '../adapters/embedded-metrics.ts'
import { DUTIES } from '../jobs/duties.ts'
import { type MaintainPorts, maintain } from '../jobs/maintain.ts'

/** What the schedule invokes. */
export function maintainHandler(ports: MaintainPorts, recordFigures: RecordFigures): () => Promise<void> {
  return async () => recordFigures((await maintain(ports, DUTIES)).figures)
}
