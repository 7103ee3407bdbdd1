import { assert, constantFrom, dictionary, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KAFKA_VERSION_NAMES } from '../../../shared/catalogue/kafka-versions.ts'
import { type ConfigChange, configChange, isSameValue, nextThreads } from '../../../shared/kafka/config-change.ts'
import { configKeys } from '../../../shared/kafka/config-keys.ts'

type Settings = Readonly<Record<string, string>>

const KEYS = [
  'log.retention.ms',
  'message.max.bytes',
  'num.io.threads',
  'min.insync.replicas',
  'default.replication.factor',
  'queued.max.requests',
  'replica.lag.time.max.ms',
  'compression.type',
] as const
const settings = dictionary(constantFrom(...KEYS), constantFrom('1', '2', '3'))
const version = constantFrom(...KAFKA_VERSION_NAMES)

function change(
  now: Settings,
  wanted: Settings,
  patch: Partial<Parameters<typeof configChange>[0]> = {},
): ConfigChange {
  return configChange({ version: '3.7.1', brokerCount: 3, now, wanted, ...patch })
}

describe('a change of the configuration', () => {
  it('to what is so already takes nothing', () => {
    assert(
      property(version, settings, (release, config) => {
        expect(change(config, { ...config }, { version: release })).toEqual({
          dynamicSets: {},
          dynamicDeletes: [],
          restartKeys: [],
        })
      }),
    )
  })

  it('leaves no changed key out, and touches none that stays, but the one that follows from another', () => {
    assert(
      property(version, settings, settings, (release, now, wanted) => {
        const { dynamicSets, dynamicDeletes, restartKeys } = change(now, wanted, { version: release })
        const touched = new Set([...Object.keys(dynamicSets), ...dynamicDeletes, ...restartKeys])
        touched.delete('min.insync.replicas')
        const changed = KEYS.filter((key) => now[key] !== wanted[key] && key !== 'min.insync.replicas')
        expect([...touched].toSorted()).toEqual([...changed].toSorted())
      }),
    )
  })

  it('never asks for a restart where all keys are dynamic and stay set', () => {
    assert(
      property(version, settings, settings, (release, now, wanted) => {
        const { restartKeys } = change(now, { ...now, ...wanted }, { version: release })
        for (const key of restartKeys) expect(configKeys(release).get(key)?.dynamic).not.toBe('cluster-dynamic')
      }),
    )
  })

  it('sets what must be in sync as a dynamic default, never deletes it, and follows the replicas', () => {
    expect(change({ 'min.insync.replicas': '1' }, {}).dynamicSets).toEqual({ 'min.insync.replicas': '2' })
    expect(change({}, { 'default.replication.factor': '2' })).toEqual({
      dynamicSets: { 'min.insync.replicas': '1' },
      dynamicDeletes: [],
      restartKeys: ['default.replication.factor'],
    })
  })

  it('takes a dynamic default away where no file has the key, and else gives the default or restarts', () => {
    const isInFile = () => false
    expect(change({ 'log.retention.ms': '5' }, {}, { isInFile }).dynamicDeletes).toEqual(['log.retention.ms'])
    expect(change({ 'log.retention.ms': '5' }, {})).toMatchObject({
      dynamicDeletes: ['log.retention.ms'],
      restartKeys: ['log.retention.ms'],
    })
    const { dynamicSets, restartKeys } = change({ 'message.max.bytes': '5' }, {})
    expect(restartKeys).toEqual([])
    expect(dynamicSets['message.max.bytes']).toBe(configKeys('3.7.1').get('message.max.bytes')?.default)
  })
})

describe('memory that every broker would allocate at once', () => {
  it('is tried on one broker first, by a restart', () => {
    const wanted = { 'log.cleaner.dedupe.buffer.size': '268435456', 'log.cleaner.io.buffer.size': '1048576' }
    expect(change({}, wanted)).toEqual({
      dynamicSets: {},
      dynamicDeletes: [],
      restartKeys: Object.keys(wanted),
    })
  })
})

describe('numbers of threads', () => {
  it('get there in steps that Kafka takes', () => {
    assert(
      property(integer({ min: 1, max: 200 }), integer({ min: 1, max: 200 }), (from, to) => {
        for (let now = from, rounds = 0; now !== to; rounds++) {
          const next = nextThreads(now, to)
          expect(next).toBeLessThanOrEqual(now * 2)
          expect(next).toBeGreaterThanOrEqual(Math.floor(now / 2))
          expect(rounds).toBeLessThan(9)
          now = next
        }
      }),
    )
  })
})

describe('two texts', () => {
  it('are the same value however they are written', () => {
    expect(isSameValue('3.7.1', 'log.retention.ms', '+5', '5')).toBe(true)
    expect(isSameValue('3.7.1', 'log.cleaner.min.cleanable.ratio', '0.50', '0.5')).toBe(true)
    expect(isSameValue('3.7.1', 'log.cleanup.policy', 'compact, delete', 'compact,delete')).toBe(true)
    expect(isSameValue('3.7.1', 'log.preallocate', 'TRUE', 'true')).toBe(true)
    expect(isSameValue('3.7.1', 'log.retention.ms', '5', '6')).toBe(false)
  })
})
