import { sweepHandler } from '../../functions/lambda/sweep.ts'
import type { Ports } from '../../shared/ports/ports.ts'
import type { Life } from './life.ts'

/** How often the schedule fires, as the deployed one does. */
const EVERY_SECONDS = 60

/** Invokes the deployed job that looks after all clusters on its schedule, as long as the process lives. */
export async function sweepOnSchedule(ports: Ports, { isAlive }: Life): Promise<void> {
  const sweep = sweepHandler(ports)
  while (isAlive()) {
    const due = ports.clock.sleep(EVERY_SECONDS * 1000)
    await sweep().catch((thrown) => ports.log.error('the clusters could not be looked after', {}, thrown))
    await due
  }
}
