import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { renderProperties } from '../../shared/kafka/properties-file.ts'

/** All that a client needs to speak to a cluster. */
export interface ClientAccess {
  readonly bootstrapServers: readonly string[]
  readonly caCertificatePem: string
  readonly user: string
  readonly password: string
  readonly topicPrefix: string
  readonly kafkaVersion: KafkaVersion
}

/** A file for a client: its name and what it says. */
export interface ClientFile {
  readonly name: string
  readonly text: string
}

/** The names of the files; they refer to each other by them. */
export const CLIENT_FILES = {
  ca: 'ca.pem',
  kcat: 'kcat.conf',
  java: 'client.properties',
  node: 'connect.mjs',
} as const

/** Renders the files that make kcat, Java clients and Node ready to use, for a folder that is given as an absolute path. */
export function clientFiles(access: ClientAccess, folder: string): readonly ClientFile[] {
  const caFile = `${folder}/${CLIENT_FILES.ca}`
  return [
    { name: CLIENT_FILES.ca, text: access.caCertificatePem },
    { name: CLIENT_FILES.kcat, text: kcatConfig(access, caFile) },
    { name: CLIENT_FILES.java, text: javaProperties(access, caFile) },
    { name: CLIENT_FILES.node, text: nodeProgram(access) },
  ]
}

/** The configuration of librdkafka, as `kcat -F` reads it; the endpoint check is the default only since librdkafka 2.0. */
function kcatConfig({ bootstrapServers, user, password }: ClientAccess, caFile: string): string {
  return [
    `bootstrap.servers=${bootstrapServers.join(',')}`,
    'security.protocol=SASL_SSL',
    'sasl.mechanisms=SCRAM-SHA-512',
    `sasl.username=${user}`,
    `sasl.password=${password}`,
    `ssl.ca.location=${caFile}`,
    'ssl.endpoint.identification.algorithm=https',
    '',
  ].join('\n')
}

/** For Kafka's console tools and every other Java client from Kafka 2.7 on, which reads PEM. */
function javaProperties({ bootstrapServers, user, password }: ClientAccess, caFile: string): string {
  const quoted = (text: string) => `"${text.replace(/["\\]/gu, '\\$&')}"`
  const login = 'org.apache.kafka.common.security.scram.ScramLoginModule'
  return renderProperties([
    ['bootstrap.servers', bootstrapServers.join(',')],
    ['security.protocol', 'SASL_SSL'],
    ['sasl.mechanism', 'SCRAM-SHA-512'],
    ['sasl.jaas.config', `${login} required username=${quoted(user)} password=${quoted(password)};`],
    ['ssl.truststore.type', 'PEM'],
    ['ssl.truststore.location', caFile],
  ])
}

/** A program to begin with: it can produce and consume, and it is short enough to be copied from. */
function nodeProgram({ bootstrapServers, user, password, topicPrefix }: ClientAccess): string {
  return `// npm install @platformatic/kafka
// node ${CLIENT_FILES.node} produce TOPIC TEXT
// node ${CLIENT_FILES.node} consume TOPIC
import { readFile } from 'node:fs/promises'
import { Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'

export const connection = {
  clientId: 'my-app',
  bootstrapBrokers: ${JSON.stringify(bootstrapServers)},
  tls: { ca: await readFile(new URL('./${CLIENT_FILES.ca}', import.meta.url)) },
  sasl: { mechanism: 'SCRAM-SHA-512', username: ${JSON.stringify(user)}, password: ${JSON.stringify(password)} },
}

export async function produce(topic, value) {
  const producer = new Producer({ ...connection, serializers: stringSerializers })
  try {
    await producer.send({ messages: [{ topic, value }], acks: -1 })
  } finally {
    await producer.close()
  }
}

export async function consume(topic, onMessage) {
  // The user may use the consumer groups whose name begins as its topics do.
  const groupId = ${JSON.stringify(`${topicPrefix}my-app`)}
  const consumer = new Consumer({ ...connection, groupId, deserializers: stringDeserializers })
  const stream = await consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' })
  for await (const message of stream) onMessage(message)
}

const [, , action, topic, text] = process.argv
if (action === 'produce' && topic && text) await produce(topic, text)
else if (action === 'consume' && topic) await consume(topic, ({ value }) => console.log(value))
else console.log('usage: node ${CLIENT_FILES.node} produce TOPIC TEXT | consume TOPIC')
`
}
