import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isKafka4 } from '../../shared/kafka/release-line.ts'
import { CLIENT_FILES, type ClientAccess, clientFiles } from './client-files.ts'

/** Writes the files for clients into a folder, readable by nobody else: three of them hold the password. */
export async function writeClientFiles(access: ClientAccess, folder: string): Promise<string> {
  const path = resolve(folder)
  await mkdir(path, { recursive: true, mode: 0o700 })
  for (const { name, text } of clientFiles(access, path)) {
    const file = `${path}/${name}`
    await writeFile(file, text, { mode: 0o600 })
    // The mode above is for new files only.
    await chmod(file, 0o600)
  }
  return path
}

/** How to use the files, command by command. */
export function clientCommands(
  { bootstrapServers, topicPrefix, kafkaVersion }: ClientAccess,
  folder: string,
  topic = 'TOPIC',
): string {
  const file = (name: string) => shellWord(`${folder}/${name}`)
  const [kcat, java] = [file(CLIENT_FILES.kcat), file(CLIENT_FILES.java)]
  const servers = `--bootstrap-server ${bootstrapServers.join(',')}`
  const group = shellWord(`${topicPrefix}my-app`)
  return [
    isKafka4(kafkaVersion) ? `kcat (Kafka 4 takes it with librdkafka 2.6.1 or newer; see kcat -V):` : 'kcat:',
    `  kcat -F ${kcat} -L`,
    `  echo hello | kcat -F ${kcat} -P -t ${topic} -X acks=all`,
    `  kcat -F ${kcat} -C -t ${topic} -o beginning -e`,
    "Kafka's console tools:",
    `  kafka-topics.sh ${servers} --command-config ${java} --list`,
    `  kafka-console-producer.sh ${servers} --producer.config ${java} --topic ${topic}`,
    `  kafka-console-consumer.sh ${servers} --consumer.config ${java} --topic ${topic} --group ${group} --from-beginning`,
    'Node:',
    `  node ${file(CLIENT_FILES.node)} consume ${topic}`,
  ].join('\n')
}

/** A word as a shell takes it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
