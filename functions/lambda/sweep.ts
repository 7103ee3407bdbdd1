import { DomainError } from '../../shared/errors/domain-error.ts'
import { reportOrphans } from '../jobs/report-orphans.ts'
import { type SweepPorts, sweep } from '../jobs/sweep.ts'

/** How often one invocation sweeps, and the pause in between: until the schedule of a minute fires again. */
const ROUNDS = 10
const PAUSE_SECONDS = 6

/** The time that a machine on EC2 has to come back before it is replaced (kafka-operations §5.8). */
const REPAIR_AFTER_SECONDS = 300

/** The minute of each hour in which orphans are looked for: what exists is listed as a whole, which is too much for every minute. */
const ORPHANS_MINUTE = 17

/** What the schedule invokes every minute; where there is no cluster to look after, it ends at once. */
export function sweepHandler(ports: SweepPorts): () => Promise<void> {
  return async () => {
    if (new Date(ports.clock.now()).getUTCMinutes() === ORPHANS_MINUTE) await lookForOrphans(ports)
    for (let round = 1; ; round++) {
      const clusters = await sweep(ports, { repairAfterSeconds: REPAIR_AFTER_SECONDS })
      if (clusters === 0 || round === ROUNDS) return
      await ports.clock.sleep(PAUSE_SECONDS * 1000)
    }
  }
}

/** Trouble with it must not keep the sweeper from its clusters. */
async function lookForOrphans(ports: SweepPorts): Promise<void> {
  try {
    await reportOrphans(ports)
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === 'NOT_PROVIDED') return
    ports.log.error('orphans could not be looked for', {}, thrown)
  }
}
