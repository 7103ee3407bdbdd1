import type { KafkaVersion } from '../catalogue/kafka-versions.ts'
import { renderProperties } from './properties-file.ts'
import { isKafka4 } from './release-line.ts'

/** Where Kafka logs and how much of it is kept. */
export interface LoggingInput {
  readonly kafkaVersion: KafkaVersion
  /** The file the host agent follows; older parts lie beside it with `.1`, `.2` … */
  readonly logFile: string
  readonly fileMiB: number
  readonly olderFiles: number
}

/** The name of the logging file of a release: 3.x logs through log4j 1, 4.x through log4j 2. */
export function loggingFileName(version: KafkaVersion): string {
  return isKafka4(version) ? 'log4j2.properties' : 'log4j.properties'
}

/** Renders Kafka's logging configuration: one rotated file, every line `[time] LEVEL message (logger)` on all releases. */
export function renderLoggingProperties(input: LoggingInput): string {
  return renderProperties(isKafka4(input.kafkaVersion) ? log4j2(input) : log4j1(input))
}

type Entry = readonly [key: string, value: string]

// Loggers that write a line per request or per changed partition, or the whole configuration at every start: too much for a
// small rotated file.
const quietLoggers = [
  'kafka.request.logger',
  'kafka.network.RequestChannel$',
  'state.change.logger',
  'kafka.server.KafkaConfig',
  'org.apache.kafka.common.config.AbstractConfig',
]

function log4j1(input: LoggingInput): readonly Entry[] {
  return [
    ['log4j.rootLogger', 'INFO, file'],
    ['log4j.appender.file', 'org.apache.log4j.RollingFileAppender'],
    ['log4j.appender.file.File', input.logFile],
    ['log4j.appender.file.MaxFileSize', `${input.fileMiB}MB`],
    ['log4j.appender.file.MaxBackupIndex', String(input.olderFiles)],
    ['log4j.appender.file.Encoding', 'UTF-8'],
    ['log4j.appender.file.layout', 'org.apache.log4j.EnhancedPatternLayout'],
    ['log4j.appender.file.layout.ConversionPattern', "[%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z'}{UTC}] %p %m (%c)%n"],
    ...quietLoggers.map((logger): Entry => [`log4j.logger.${logger}`, 'WARN']),
  ]
}

function log4j2(input: LoggingInput): readonly Entry[] {
  return [
    ['name', 'weir'],
    // Log4j would otherwise stop at SIGTERM, before Kafka has written a word about its shutdown.
    ['shutdownHook', 'disable'],
    ['appender.file.type', 'RollingFile'],
    ['appender.file.name', 'file'],
    ['appender.file.fileName', input.logFile],
    ['appender.file.filePattern', `${input.logFile}.%i`],
    ['appender.file.layout.type', 'PatternLayout'],
    ['appender.file.layout.charset', 'UTF-8'],
    ['appender.file.layout.pattern', "[%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z'}{UTC}] %p %m (%c)%n"],
    ['appender.file.policies.type', 'Policies'],
    ['appender.file.policies.size.type', 'SizeBasedTriggeringPolicy'],
    ['appender.file.policies.size.size', `${input.fileMiB}MB`],
    ['appender.file.strategy.type', 'DefaultRolloverStrategy'],
    ['appender.file.strategy.fileIndex', 'min'],
    ['appender.file.strategy.max', String(input.olderFiles)],
    ['rootLogger.level', 'INFO'],
    ['rootLogger.appenderRef.file.ref', 'file'],
    ...quietLoggers.flatMap((logger, index): readonly Entry[] => [
      [`logger.quiet${index}.name`, logger],
      [`logger.quiet${index}.level`, 'WARN'],
    ]),
  ]
}
