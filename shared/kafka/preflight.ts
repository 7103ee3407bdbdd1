import { type KafkaPaths, storageTool } from './process.ts'

/**
 * The command that reads a file as a broker does at its start and starts nothing: `kafka-storage info` builds Kafka's own
 * configuration, with all its checks, before it looks at anything else.
 */
export function preflightCommand(paths: KafkaPaths): readonly string[] {
  return [...storageTool(paths), 'info', '--config', paths.propertiesFile]
}

/** An exception that ended the tool; an Error, such as one of memory, says nothing about the configuration. */
const REFUSAL = /^Exception in thread "main" (?:[\w$]+\.)+[\w$]*Exception: (.*(?:\n(?!\s+at |Caused by: ).*)*)/mu

/** Kafka's own words where it refuses a configuration, out of what the tool printed. */
export function refusalOf(output: string): string | undefined {
  return REFUSAL.exec(output)?.[1]
    ?.replace(/^requirement failed: /u, '')
    .trim()
}
