import type { FigureName, Figures } from '../../shared/deployment/figures.ts'
import { SILENT_AFTER_SECONDS } from '../../shared/state/silence.ts'
import type { RecordFigures } from '../adapters/embedded-metrics.ts'
import { type SweepPorts, sweep } from '../jobs/sweep.ts'

/** How often one invocation sweeps, and the pause in between: until the schedule of a minute fires again. */
const ROUNDS = 10
const PAUSE_SECONDS = 6

/** The time that a machine on EC2 has to come back before it is replaced (kafka-operations §5.8). */
const REPAIR_AFTER_SECONDS = 300

/** What the schedule invokes every minute; where there is no cluster to look after, it ends at once. */
export function sweepHandler(ports: SweepPorts, recordFigures: RecordFigures): () => Promise<void> {
  let listeningSince: number | undefined
  let sweptAt = Number.NEGATIVE_INFINITY
  return async () => {
    let seen: Figures = {}
    for (let round = 1; ; round++) {
      // Who was away, or could not work, for so long cannot tell a host's silence from its own.
      const now = ports.clock.now()
      if (listeningSince === undefined || now - sweptAt > SILENT_AFTER_SECONDS * 1000) listeningSince = now
      const { clusters, figures } = await sweep(ports, { repairAfterSeconds: REPAIR_AFTER_SECONDS, listeningSince })
      sweptAt = ports.clock.now()
      seen = mostOf(seen, figures)
      if (clusters === 0 || round === ROUNDS) break
      await ports.clock.sleep(PAUSE_SECONDS * 1000)
    }
    recordFigures(seen)
  }
}

/** One line of figures for all rounds: the most that any of them has seen. */
function mostOf(one: Figures, other: Figures): Figures {
  const most = (name: FigureName) => Math.max(one[name] ?? 0, other[name] ?? 0)
  return Object.fromEntries(Object.keys(other).map((name) => [name, most(name as FigureName)]))
}
