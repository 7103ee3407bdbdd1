import { join } from 'node:path'
import type { ProcessProfile } from '../shared/catalogue/instance-types.ts'
import { INSTANCE_TYPES } from '../shared/catalogue/instance-types.ts'
import type { DesiredHost } from '../shared/host-protocol/desired.ts'
import { loggingFileName } from '../shared/kafka/logging-properties.ts'
import type { KafkaPaths } from '../shared/kafka/process.ts'
import type { AgentConfig } from './config.ts'
import type { KafkaUser } from './kafka-user.ts'

/** Where the files of Kafka are on this host, and who it is that reads them. */
export interface KafkaFiles {
  /** Default: whoever runs the agent. */
  readonly user: KafkaUser | undefined
  readonly dataDir: string
  readonly tlsDir: string
  readonly propertiesFile: string
  /** What Kafka logs: rotated by Kafka itself. */
  readonly logFile: string
  /** What the JVM prints: why it could not start, for instance. */
  readonly outputFile: string
  loggingFile(desired: DesiredHost): string
  paths(desired: DesiredHost): KafkaPaths
  profile(desired: DesiredHost): ProcessProfile
}

/** The layout of a host's folders. */
export function kafkaFiles(config: AgentConfig, user?: KafkaUser): KafkaFiles {
  const propertiesFile = join(config.stateDir, 'kafka', 'server.properties')
  return {
    user,
    dataDir: config.volume.kind === 'directory' ? config.volume.path : config.volume.mountPoint,
    tlsDir: join(config.stateDir, 'tls'),
    propertiesFile,
    logFile: join(config.logDir, 'kafka.log'),
    outputFile: join(config.logDir, 'kafka.out'),
    loggingFile: ({ kafka }) => join(config.stateDir, 'kafka', loggingFileName(kafka.version)),
    paths: ({ kafka }) => ({
      java: config.java,
      jarsDir: join(config.kafkaReleasesDir, kafka.version),
      propertiesFile,
      tempDir: config.tempDir,
    }),
    profile: ({ instanceType }) => INSTANCE_TYPES[instanceType].process[config.platform],
  }
}
