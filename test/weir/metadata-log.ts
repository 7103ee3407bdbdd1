import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'

/** Something that the quorum has written down. */
const MetadataRecord = z.object({ type: z.string(), data: z.looseObject({}) })
export type MetadataRecord = z.output<typeof MetadataRecord>

/** The quorum's log below the mount point of a volume; Kafka's tool wants it under this name. */
export const METADATA_LOG = join('metadata', '__cluster_metadata-0', `${'0'.repeat(20)}.log`)

/** A log of an hour is printed in a hundredth of it. */
const MOST_BYTES = 256 * 1024 ** 2

/** Reads a copy of the quorum's log with Kafka's own tool: nobody else tells which settings Kafka keeps for brokers that are gone. */
export async function readMetadataLog(file: string, version: KafkaVersion): Promise<readonly MetadataRecord[]> {
  const { stdout } = await promisify(execFile)(
    'java',
    [
      ...['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', `${await fetchKafka(version)}/*`],
      version.startsWith('4.') ? 'org.apache.kafka.tools.DumpLogSegments' : 'kafka.tools.DumpLogSegments',
      ...['--cluster-metadata-decoder', '--files', file],
    ],
    { maxBuffer: MOST_BYTES },
  )
  return stdout.split('\n').flatMap((line) => {
    const payload = line.split(' payload: ')[1]
    return payload === undefined ? [] : [MetadataRecord.parse(JSON.parse(payload))]
  })
}

const ConfigOfBroker = z.looseObject({
  // What Kafka calls a broker where settings are.
  resourceType: z.literal(4),
  resourceName: z.string(),
  name: z.string(),
  value: z.string().nullable(),
})

/** The dynamic settings that one broker ever had; null where the last word was that it is gone. */
export function overridesOf(nodeId: number, log: readonly MetadataRecord[]): ReadonlyMap<string, string | null> {
  return new Map(
    log.flatMap(({ type, data }) => {
      const { data: config } = ConfigOfBroker.safeParse(data)
      const isMeant = type === 'CONFIG_RECORD' && config?.resourceName === String(nodeId)
      return config && isMeant ? [[config.name, config.value] as const] : []
    }),
  )
}
