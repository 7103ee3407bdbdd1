import { describe, expect, it } from 'vitest'
import { type ClientAccess, clientFiles } from '../../../cli/connect/client-files.ts'
import { clientCommands } from '../../../cli/connect/write-client-files.ts'
import { parseProperties } from '../../../shared/kafka/properties-file.ts'

const access: ClientAccess = {
  bootstrapServers: ['a:9092', 'b:9092'],
  caCertificatePem: 'PEM',
  user: 'app',
  password: 'pa"ss\\word',
  topicPrefix: 'x.',
  kafkaVersion: '3.7.1',
}

describe('files for clients', () => {
  it('carry any password as it is', () => {
    const files = new Map(clientFiles(access, '/f').map(({ name, text }) => [name, text]))
    expect(files.get('kcat.conf')).toContain('sasl.password=pa"ss\\word\n')
    expect(parseProperties(files.get('client.properties') ?? '').get('sasl.jaas.config')).toContain(
      'password="pa\\"ss\\\\word";',
    )
    expect(files.get('connect.mjs')).toContain('password: "pa\\"ss\\\\word"')
  })

  it('check the names of the brokers in every client', () => {
    const [, kcat] = clientFiles(access, '/f')
    expect(kcat?.text).toContain('ssl.endpoint.identification.algorithm=https')
  })
})

describe('the commands', () => {
  it('say which kcat Kafka 4 takes, and only there', () => {
    expect(clientCommands({ ...access, kafkaVersion: '4.3.1' }, '/f')).toContain('librdkafka 2.6.1')
    expect(clientCommands(access, '/f')).not.toContain('librdkafka')
  })
})
