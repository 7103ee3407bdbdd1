import { SCHEDULES } from '../../shared/deployment/schedules.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { RecordFigures } from '../adapters/embedded-metrics.ts'
import { type OrphanPorts, removeOrphans } from '../jobs/remove-orphans.ts'

/** What is found twice has been there for as long as it takes the schedule to fire again, which it does not to the second. */
const SETTINGS = { patienceSeconds: (SCHEDULES.orphans.everyMinutes - 1) * 60, mostRemovals: 20 } as const

/** What the schedule invokes. */
export function orphansHandler(ports: OrphanPorts, recordFigures: RecordFigures): () => Promise<void> {
  return async () => {
    try {
      recordFigures(await removeOrphans(ports, SETTINGS))
    } catch (thrown) {
      // There is no fleet to look at.
      if (!(thrown instanceof DomainError) || thrown.code !== 'NOT_PROVIDED') throw thrown
    }
  }
}
