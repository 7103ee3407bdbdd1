import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { runOrFail } from '../../agent/run-command.ts'
import type { Credentials } from '../../shared/ports/certificates.ts'
import type { KafkaTarget } from '../../shared/ports/kafka.ts'

/** What Kafka's own tool prints of an assignment. */
const Assignment = z.object({
  partitions: z.array(z.object({ topic: z.string(), partition: z.int(), replicas: z.array(z.int()) })),
})

/** What comes before the line with the proposal. */
const HEADLINE = 'Proposed partition reassignment configuration'

/** `kafka-reassign-partitions --generate` for some topics of a cluster. */
export interface ReassignTool {
  /** What it proposes, by `topic-partition`; it begins at a broker of its choice, and so each time another one. */
  generate(topics: readonly string[], brokerIds: readonly number[]): Promise<ReadonlyMap<string, readonly number[]>>
}

/** Prepares the tool of a release to come in as the control plane does; its files go into `folder`. */
export async function reassignTool(
  folder: string,
  jarsDir: string,
  { brokers }: KafkaTarget,
  { keyPem, certificatePem, caPem }: Credentials,
): Promise<ReassignTool> {
  const file = (name: string) => join(folder, name)
  await writeFile(file('control-plane.pem'), `${keyPem}\n${certificatePem}\n`, { mode: 0o600 })
  await writeFile(file('authority.pem'), caPem)
  const settings = {
    'security.protocol': 'SSL',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': file('control-plane.pem'),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': file('authority.pem'),
  }
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`)
  await writeFile(file('client.properties'), lines.join(''))
  return {
    async generate(topics, brokerIds) {
      await writeFile(file('topics.json'), JSON.stringify({ version: 1, topics: topics.map((topic) => ({ topic })) }))
      const printed = await runOrFail(
        ...['java', '-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', `${jarsDir}/*`],
        'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
        ...['--bootstrap-server', brokers.join(), '--command-config', file('client.properties')],
        ...['--topics-to-move-json-file', file('topics.json'), '--broker-list', brokerIds.join(), '--generate'],
      )
      const lines = printed.split('\n')
      const proposal = lines[lines.indexOf(HEADLINE) + 1] ?? ''
      const { partitions } = Assignment.parse(JSON.parse(proposal))
      return new Map(partitions.map(({ topic, partition, replicas }) => [`${topic}-${partition}`, replicas]))
    },
  }
}
