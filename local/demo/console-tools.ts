import type { ClientAccess } from '../../cli/connect/client-files.ts'
import { CLIENT_FILES } from '../../cli/connect/client-files.ts'
import { shellWord } from '../../cli/connect/write-client-files.ts'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'

/** Where a release has its console tools. */
const CLASSES: Readonly<Record<KafkaVersion, { readonly producer: string; readonly consumer: string }>> = {
  '3.7.1': { producer: 'kafka.tools.ConsoleProducer', consumer: 'kafka.tools.ConsoleConsumer' },
  '3.9.2': { producer: 'kafka.tools.ConsoleProducer', consumer: 'org.apache.kafka.tools.consumer.ConsoleConsumer' },
  '4.3.1': {
    producer: 'org.apache.kafka.tools.ConsoleProducer',
    consumer: 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  },
}

/** How to run Kafka's console tools from the jars that the demo has fetched, on a machine that has no Kafka installed. */
export function consoleToolCommands(
  version: KafkaVersion,
  jarsFolder: string,
  { bootstrapServers }: Pick<ClientAccess, 'bootstrapServers'>,
  clientFolder: string,
  topic: string,
): string {
  const java = `java -cp ${shellWord(`${jarsFolder}/*`)}`
  const config = shellWord(`${clientFolder}/${CLIENT_FILES.java}`)
  const to = `--bootstrap-server ${bootstrapServers.join(',')} --topic ${topic}`
  const { producer, consumer } = CLASSES[version]
  return [
    'The same tools from the jars that are here:',
    `  ${java} ${producer} ${to} --producer.config ${config}`,
    `  ${java} ${consumer} ${to} --consumer.config ${config} --from-beginning`,
  ].join('\n')
}
