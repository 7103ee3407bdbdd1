import { expect, test } from 'vitest'
import { INSTANCE_TYPES } from '../../../shared/catalogue/instance-types.ts'
import { formatCommand, serverCommand } from '../../../shared/kafka/process.ts'

const paths = { java: '/usr/bin/java', jarsDir: '/opt/kafka', propertiesFile: '/etc/s.properties', tempDir: '/h/tmp' }
const profile = INSTANCE_TYPES['r2a.2xlarge'].process.local

test('formats so that it may be repeated, at the metadata level it is told', () => {
  const command = formatCommand({ ...paths, metadataVersion: '3.9-IV0', clusterUuid: 'abc' })
  expect(command[0]).toBe('/usr/bin/java')
  const args = command.slice(command.indexOf('kafka.tools.StorageTool'))
  expect(args).toContain('--ignore-formatted')
  expect(args[args.indexOf('--release-version') + 1]).toBe('3.9-IV0')
  expect(args[args.indexOf('--cluster-id') + 1]).toBe('abc')
})

test.each([
  ['3.9.2', '-Dlog4j.configuration=file:/etc/log'],
  ['4.3.1', '-Dlog4j2.configurationFile=/etc/log'],
] as const)('starts %s with its own kind of logging file and the heap of its profile', (kafkaVersion, option) => {
  const command = serverCommand({ ...paths, kafkaVersion, loggingFile: '/etc/log', profile })
  expect(command).toContain(option)
  expect(command).toContain(`-Xmx${profile.heapMiB}m`)
  expect(command.slice(-2)).toEqual(['kafka.Kafka', '/etc/s.properties'])
})

test('unpacks native libraries into the folder of the host', () => {
  expect(formatCommand({ ...paths, metadataVersion: '3.7-IV4', clusterUuid: 'abc' })).toContain(
    '-Djava.io.tmpdir=/h/tmp',
  )
})
