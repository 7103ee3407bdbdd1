import { describe, expect, it } from 'vitest'
import { validateTopicConfig } from '../../../shared/kafka/topic-config.ts'

describe('the settings of a topic', () => {
  it('may be what Kafka takes', () => {
    const config = {
      'cleanup.policy': 'compact,delete',
      'compression.type': 'zstd',
      'retention.ms': '-1',
      'min.cleanable.dirty.ratio': '0.5',
      preallocate: 'true',
    }
    expect(validateTopicConfig('3.7.1', config)).toEqual([])
  })

  it.each([
    ['retention.ms', '-2', 'out_of_range'],
    ['retention.ms', 'a day', 'wrong_type'],
    ['cleanup.policy', 'archive', 'out_of_range'],
    ['compression.type', 'brotli', 'out_of_range'],
    ['preallocate', 'yes', 'wrong_type'],
    ['min.cleanable.dirty.ratio', '2', 'out_of_range'],
    ['leader.replication.throttled.replicas', '*', 'unknown_key'],
    ['remote.storage.enable', 'true', 'unknown_key'],
    ['constructor', '1', 'unknown_key'],
  ])('may not be %s=%s', (key, value, rule) => {
    expect(validateTopicConfig('4.3.1', { [key]: value })).toEqual([expect.objectContaining({ key, rule })])
  })

  it('are those of the release', () => {
    const config = { 'compression.zstd.level': '3' }
    expect(validateTopicConfig('3.7.1', config)).toHaveLength(1)
    expect(validateTopicConfig('3.9.2', config)).toEqual([])
  })
})
