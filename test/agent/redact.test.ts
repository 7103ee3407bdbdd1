import { expect, it } from 'vitest'
import { redact } from '../../agent/redact.ts'

it.each([
  ['ssl.key.password=hunter2, next=1', 'ssl.key.password=[redacted], next=1'],
  ['\tssl.keystore.password = hunter2', '\tssl.keystore.password = [redacted]'],
  [
    'ScramLoginModule required username="a" password="p w";',
    'ScramLoginModule required username="a" password=[redacted];',
  ],
  ['{"clientSecret": "abc", "n": 1}', '{"clientSecret": [redacted], "n": 1}'],
  ['authorization: Bearer abc.def.ghi', 'authorization: Bearer [redacted]'],
  ['-----BEGIN PRIVATE KEY-----', '[redacted]'],
  ['MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2', '[redacted]'],
])('takes the secret out of %j', (line, redacted) => {
  expect(redact(line)).toBe(redacted)
})

it('leaves ordinary lines of Kafka as they are', () => {
  const line =
    '[2026-11-21T22:33:54.079Z] INFO [KafkaRaftServer nodeId=1] Kafka Server started (kafka.server.KafkaRaftServer)'
  expect(redact(line)).toBe(line)
})
