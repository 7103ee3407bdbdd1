import { commandAs, type KafkaUser } from '../kafka-user.ts'
import { ensureOwned } from '../ownership.ts'
import type { KafkaProcess } from '../process/kafka-process.ts'
import { runCommand } from '../run-command.ts'
import type { Step } from './step.ts'

/** What the confinement of Kafka needs. */
export interface ConfinementParts {
  /** Without one, Kafka is as free as the agent. */
  readonly user: KafkaUser | undefined
  readonly kafka: Pick<KafkaProcess, 'record'>
  readonly dataDir: string
  /** Other folders that Kafka writes in. */
  readonly written: readonly string[]
  /** The folders that it only reads. */
  readonly read: readonly string[]
  /** Keeps the user from the credentials of the machine, where it has some. */
  readonly closeMetadata: (() => Promise<void>) | undefined
}

// A log directory, and what lies in it: a Kafka that runs as somebody else for a while, on a host of an older release for instance,
// writes its checkpoints there anew, whatever else it does.
const volumeLevels = 2

/**
 * Kafka's user is kept from the credentials of the machine, and owns what it writes: without either, no program of Kafka's is run.
 * Owners are looked at while Kafka is down, because then alone can they have become others.
 */
export function ensureConfined(parts: ConfinementParts): Step {
  const { user, kafka, dataDir, written, read, closeMetadata } = parts
  return {
    name: 'ensureConfined',
    problemCode: 'CONFINEMENT_FAILED',
    async ensure() {
      if (user === undefined) return { holds: true }
      await closeMetadata?.()
      if (kafka.record().identity !== undefined) return { holds: true }
      await ensureOwned(user, dataDir, volumeLevels)
      for (const folder of written) await ensureOwned(user, folder, 0)
      for (const folder of [dataDir, ...written, ...read]) await requireReach(user, folder)
      return { holds: true }
    },
  }
}

/** Java would only say that it finds no Kafka. */
async function requireReach(user: KafkaUser, folder: string): Promise<void> {
  const { exitCode, output } = await runCommand(commandAs(user, ['test', '-x', folder]))
  if (exitCode === 0) return
  throw new Error(
    `the user ${user.uid} that Kafka shall run as does not reach ${folder}${output && `: ${output.trim()}`}`,
  )
}
