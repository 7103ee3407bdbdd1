import type { DesiredHost } from '../../shared/host-protocol/desired.ts'
import { renderLoggingProperties } from '../../shared/kafka/logging-properties.ts'
import { renderServerProperties } from '../../shared/kafka/server-properties.ts'
import { replaceFile } from '../atomic-file.ts'
import type { KafkaFiles } from '../kafka-files.ts'
import { type Step, TerminalProblemError } from './step.ts'

// Kafka's own log: 64 MiB a host at most, a few days of a calm broker.
const logFileMiB = 16
const olderLogFiles = 3

/** `server.properties` and the logging file say what the desired state says; what they said before is kept beside them. */
export function ensureConfig(files: KafkaFiles): Step {
  return {
    name: 'ensureConfig',
    problemCode: 'CONFIG_REFUSED',
    async ensure(desired) {
      await replaceFile(files.propertiesFile, render(desired, files))
      const logging = { kafkaVersion: desired.kafka.version, logFile: files.logFile, fileMiB: logFileMiB }
      await replaceFile(files.loggingFile(desired), renderLoggingProperties({ ...logging, olderFiles: olderLogFiles }))
      return { holds: true }
    },
  }
}

function render(desired: DesiredHost, files: KafkaFiles): string {
  try {
    return renderFor(desired, files)
  } catch (error) {
    // The same desired state is refused for ever.
    throw new TerminalProblemError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** What `server.properties` says on this host for a desired state. */
export function renderFor(desired: DesiredHost, files: KafkaFiles): string {
  return renderServerProperties({
    nodeId: desired.nodeId,
    roles: desired.roles,
    kafkaVersion: desired.kafka.version,
    voters: desired.kafka.voters,
    host: desired.address,
    clientHost: desired.clientHost,
    publicEndpoint: desired.publicEndpoint,
    rack: desired.zone,
    dataDir: files.dataDir,
    tlsDir: files.tlsDir,
    principalOrganisation: desired.clusterId,
    brokerCount: desired.kafka.brokerCount,
    profile: files.profile(desired),
    tenantConfig: desired.kafka.config,
  })
}
