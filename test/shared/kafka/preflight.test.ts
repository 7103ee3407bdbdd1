import { describe, expect, it } from 'vitest'
import { refusalOf } from '../../../shared/kafka/preflight.ts'

describe("the words of Kafka's own check", () => {
  it('are a refusal where an exception ended it, without its class and its stack', () => {
    const output = [
      'log4j:WARN No appenders could be found for logger (kafka.utils.Log4jControllerRegistration$).',
      'Exception in thread "main" org.apache.kafka.common.config.ConfigException: Invalid value -4 for configuration num.io.threads: Value must be at least 1',
      '\tat org.apache.kafka.common.config.ConfigDef$Range.ensureValid(ConfigDef.java:988)',
      'Caused by: java.lang.RuntimeException: other',
    ].join('\n')
    expect(refusalOf(output)).toBe('Invalid value -4 for configuration num.io.threads: Value must be at least 1')
  })

  it('are what Scala requires, too', () => {
    const output =
      'Exception in thread "main" java.lang.IllegalArgumentException: requirement failed: a must be below b\n\tat x'
    expect(refusalOf(output)).toBe('a must be below b')
  })

  it.each([
    ['a directory that is not formatted yet', 'Found problem:\n  /data does not exist\n\n'],
    ['a directory of this cluster', 'Found metadata: MetaProperties(clusterId=abc)\n'],
    [
      'too little memory for the tool',
      'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat x',
    ],
  ])('are none for %s', (_what, output) => {
    expect(refusalOf(output)).toBeUndefined()
  })
})
