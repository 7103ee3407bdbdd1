import { type SweepPorts, sweep } from '../jobs/sweep.ts'

/** How often one invocation sweeps, and the pause in between: until the schedule of a minute fires again. */
const ROUNDS = 6
const PAUSE_SECONDS = 10

/** The time that a machine on EC2 has to come back before it is replaced (kafka-operations §5.8). */
const REPAIR_AFTER_SECONDS = 300

/** What the schedule invokes every minute; where there is no cluster to look after, it ends at once. */
export function sweepHandler(ports: SweepPorts): () => Promise<void> {
  return async () => {
    for (let round = 1; ; round++) {
      const clusters = await sweep(ports, { repairAfterSeconds: REPAIR_AFTER_SECONDS })
      if (clusters === 0 || round === ROUNDS) return
      await ports.clock.sleep(PAUSE_SECONDS * 1000)
    }
  }
}
