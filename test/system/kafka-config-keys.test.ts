import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import { KAFKA_VERSION_NAMES } from '../../shared/catalogue/kafka-versions.ts'
import { startupChecks } from '../../shared/kafka/config-key-checks.ts'
import { type ConfigKey, configKeys } from '../../shared/kafka/config-keys.ts'
import { renderServerProperties } from '../../shared/kafka/server-properties.ts'
import { validateKafkaConfig } from '../../shared/kafka/validate-config.ts'
import { configKeyRows, SHORT_LIVED } from '../kafka/config-key-rows.ts'
import { hostInputs } from '../shared/kafka/server-properties-input.ts'

/** Values around every edge of a key, and some that are of no type it has. */
function samples(row: ConfigKey): readonly string[] {
  const edges = [row.min, row.max].flatMap((edge) => (edge === undefined ? [] : [edge - 1, edge, edge + 1]))
  const numbers = ['-2', '-1', '0', '1', '2', '10', '1000', '32768', '2147483647', '2147483648', '9223372036854775808']
  const texts = ['', 'x', 'true', 'FALSE ', '0.5', '1e2', 'a,a', ...(row.values ?? [])]
  const several = row.values === undefined ? [] : [row.values.join(','), row.values.join(',').toUpperCase()]
  return [...new Set([...edges.map(String), ...numbers, ...texts, ...several, row.default ?? ''])]
}

describe.each(KAFKA_VERSION_NAMES)('the configuration keys of Kafka %s', (version) => {
  let jarsDir: string
  let folder: string

  beforeAll(async () => {
    jarsDir = await fetchKafka(version)
    folder = await mkdtemp(join(tmpdir(), 'weir-config-keys-'))
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** Kafka's own verdict on each setting alone, on top of a rendered file: undefined when it would start. */
  async function kafkaRefusals(settings: readonly (readonly [key: string, value: string])[]) {
    const base = join(folder, 'server.properties')
    await writeFile(base, renderServerProperties({ ...hostInputs.combined, kafkaVersion: version }))
    const program = join(import.meta.dirname, '../kafka/AcceptsConfig.java')
    const output = await new Promise<string>((resolve, reject) => {
      const args = [...SHORT_LIVED, '-cp', `${jarsDir}/*`, program, base]
      const child = execFile('java', args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout) =>
        error === null ? resolve(stdout) : reject(error),
      )
      child.stdin?.end(settings.map(([key, value]) => `${key}\t${value}\n`).join(''))
    })
    const verdicts = output.split('\n').filter((line) => line.startsWith('> '))
    expect(verdicts).toHaveLength(settings.length)
    return verdicts.map((verdict) => (verdict === '> ok' ? undefined : verdict.slice(2)))
  }

  test('are frozen as the release defines them', async () => {
    const frozen = [...configKeys(version).values()].map((row) => ({ ...row }))
    const defined = (await configKeyRows(version, jarsDir)).map((row) => ({ ...row, ...startupChecks[row.key] }))
    expect(frozen).toEqual(defined)
  })

  test('are judged as Kafka judges them: what Weir accepts starts, and what only Weir refuses has its reason', async () => {
    const settings = [...configKeys(version).values()].flatMap((row) =>
      samples(row).map((value) => [row.key, value] as const),
    )
    const kafka = await kafkaRefusals(settings)
    const disagreements = settings.flatMap(([key, value], index) => {
      const [violation] = validateKafkaConfig(version, { [key]: value }, 3)
      const refusal = kafka[index]
      if ((violation === undefined) === (refusal === undefined)) return []
      return [{ key, value, kafka: refusal, weir: violation }]
    })
    expect(disagreements.filter(({ weir }) => weir === undefined)).toEqual([])
    const withoutReason = disagreements.filter(
      ({ key, weir }) => weir?.rule !== 'CONFLICTING_KEYS' && !(key in startupChecks) && !isList(key),
    )
    expect(withoutReason).toEqual([])
  })

  /** Kafka lets elements of a list repeat, or a list be empty where it makes no sense. */
  const isList = (key: string): boolean => configKeys(version).get(key)?.type === 'list'
})
