import type { Clock } from '../../shared/ports/clock.ts'
import type { KafkaProcess } from '../process/kafka-process.ts'
import { type Step, TerminalProblemError } from './step.ts'

/** What the boot step needs. */
export interface BootParts {
  /** Of the boot that this is. */
  readonly bootId: string
  readonly clock: Clock
  readonly kafka: Pick<KafkaProcess, 'record'>
  /** What starts and stops Kafka. */
  readonly process: Step
  readonly reboot: () => Promise<void>
}

// A machine goes down within seconds once its reboot has begun; what keeps it longer than this does not let go.
const goneMilliseconds = 600_000
const stillRuns = `The machine still runs ${goneMilliseconds / 1000} s after it was told to reboot.`
// Between two calls of a machine that still runs.
const tellAgainMilliseconds = 30_000

/**
 * The machine does not run in a boot that shall be over. Where it does, Kafka gets its orderly stop, and when it has ended the
 * machine is rebooted. The boot alone decides, and the wish that names it is on disk before anything is done about it: one
 * that has come back is never rebooted again, one that died on the way still is, and a wish for a boot long gone is nothing.
 */
export function ensureBoot({ bootId, clock, kafka, process, reboot }: BootParts): Step {
  let toldAt: number | undefined
  return {
    name: 'ensureBoot',
    problemCode: 'REBOOT_FAILED',
    async ensure(desired) {
      if (desired.retiredBootId !== bootId) return { holds: true }
      // Whoever stops a broker in log recovery makes it begin again. Its end rings for another pass.
      if (kafka.record().state === 'Recovering') return { holds: false }
      const stopped = await process.ensure({ ...desired, kafka: { ...desired.kafka, processState: 'Stopped' } })
      if (!stopped.holds) return stopped
      toldAt ??= clock.now()
      const isOverdue = clock.now() - toldAt >= goneMilliseconds
      try {
        await reboot()
      } catch (error) {
        if (!isOverdue) throw error
      }
      if (isOverdue) throw new TerminalProblemError(stillRuns)
      return { holds: false, lookAgainInMilliseconds: tellAgainMilliseconds }
    },
  }
}
