import type { Needed } from '../../shared/ports/ports.ts'
import type { Change } from '../../shared/ports/store.ts'
import { abandonSteps } from './abandon-steps.ts'
import { enlistClusters } from './enlist-clusters.ts'
import { publishEvents } from './publish-events.ts'
import { startOperations } from './start-operations.ts'

/** The ports of the job that follows the feed of committed changes. */
export const CHANGE_JOB_NEEDS = ['store', 'clock', 'ids', 'log', 'workflows', 'events'] as const

/** All that follows from committed changes. It may be given the same changes again and does nothing twice. */
export async function onChanges(
  ports: Needed<(typeof CHANGE_JOB_NEEDS)[number]>,
  changes: readonly Change[],
): Promise<void> {
  await enlistClusters(ports, changes)
  await startOperations(ports, changes)
  await abandonSteps(ports, changes)
  await publishEvents(ports, changes)
}
