import { expect, test } from 'vitest'
import { loggingFileName, renderLoggingProperties } from '../../../shared/kafka/logging-properties.ts'
import { parseProperties } from '../../../shared/kafka/properties-file.ts'

const input = { logFile: '/h/logs/server.log', fileMiB: 8, olderFiles: 2 }

test('rotates by size on 3.x, through log4j 1', () => {
  const properties = parseProperties(renderLoggingProperties({ ...input, kafkaVersion: '3.7.1' }))
  expect(loggingFileName('3.7.1')).toBe('log4j.properties')
  expect(properties.get('log4j.appender.file.File')).toBe(input.logFile)
  expect(properties.get('log4j.appender.file.MaxFileSize')).toBe('8MB')
  expect(properties.get('log4j.appender.file.MaxBackupIndex')).toBe('2')
})

test('rotates by size on 4.x, through log4j 2, and goes on logging during the shutdown', () => {
  const properties = parseProperties(renderLoggingProperties({ ...input, kafkaVersion: '4.3.1' }))
  expect(loggingFileName('4.3.1')).toBe('log4j2.properties')
  expect(properties.get('appender.file.fileName')).toBe(input.logFile)
  expect(properties.get('appender.file.policies.size.size')).toBe('8MB')
  expect(properties.get('shutdownHook')).toBe('disable')
})
