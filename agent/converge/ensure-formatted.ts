import { join } from 'node:path'
import type { DesiredHost } from '../../shared/host-protocol/desired.ts'
import { formatCommand } from '../../shared/kafka/process.ts'
import { readForeign } from '../foreign-file.ts'
import type { KafkaFiles } from '../kafka-files.ts'
import { commandAs } from '../kafka-user.ts'
import { CommandError, runCommand } from '../run-command.ts'
import { type Step, TerminalProblemError } from './step.ts'

/**
 * The log directories carry this cluster's and this node's id. Kafka's own tool decides about everything but the one case
 * where there is nothing to do, which saves a JVM on every later pass.
 */
export function ensureFormatted(files: KafkaFiles): Step {
  return {
    name: 'ensureFormatted',
    problemCode: 'FORMAT_FAILED',
    async ensure(desired) {
      if (await isFormatted(files, desired)) return { holds: true }
      const { version, metadataVersion, clusterUuid } = desired.kafka
      const { exitCode, signal, output } = await runCommand(
        commandAs(files.user, formatCommand({ ...files.paths(desired), metadataVersion, clusterUuid })),
      )
      if (exitCode === 0) return { holds: true }
      const words = output.trim() || `kafka-storage of Kafka ${version} ended with ${exitCode ?? signal}`
      throw isHopeless(words) ? new TerminalProblemError(words) : new CommandError(words)
    },
  }
}

/** Tells whether every log directory of the host is formatted for the desired cluster and node. */
export async function isFormatted(files: KafkaFiles, desired: DesiredHost): Promise<boolean> {
  const folders = desired.roles.includes('broker') ? ['data', 'metadata'] : ['metadata']
  for (const folder of folders) {
    const text = await readForeign(join(files.dataDir, folder, 'meta.properties'))
    const lines = new Set(text?.split(/\r?\n/u))
    if (!lines.has(`cluster.id=${desired.kafka.clusterUuid}`) || !lines.has(`node.id=${desired.nodeId}`)) return false
  }
  return true
}

// Another cluster's or node's directory, or a configuration that Kafka refuses: none of them changes by itself.
const isHopeless = (words: string): boolean =>
  /cluster\.?\s?id|node\.?\s?id|ConfigException|requirement failed|Invalid /iu.test(words)
