import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AgentConfig } from '../../agent/config.ts'
import { checkCandidate } from '../../agent/converge/check-candidate.ts'
import { ensureRelease } from '../../agent/converge/ensure-release.ts'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import { kafkaFiles } from '../../agent/kafka-files.ts'
import { KAFKA_VERSION_NAMES, type KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import type { DesiredHost } from '../../shared/host-protocol/desired.ts'
import { validateKafkaConfig } from '../../shared/kafka/validate-config.ts'
import { aDesiredHost } from '../agent/desired-host.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-preflight-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Everything that the catalogue takes Kafka takes, as kafka-config-keys.test.ts shows: what Kafka refuses is made by hand. */
const REFUSED = { 'queued.max.requests': '-7' }

async function hostOf(version: KafkaVersion) {
  const config = AgentConfig.parse({
    controlPlaneUrl: 'http://127.0.0.1:1',
    credentials: { kind: 'file', file: join(folder, 'token') },
    stateDir: join(folder, version, 'state'),
    logDir: join(folder, version, 'log'),
    tempDir: folder,
    volume: { kind: 'directory', path: join(folder, version, 'data') },
    kafkaReleasesDir: dirname(await fetchKafka(version)),
    platform: 'local',
  })
  const files = kafkaFiles(config)
  const release = ensureRelease(config.kafkaReleasesDir, config.java)
  const candidate = (revision: number, candidateConfig?: Readonly<Record<string, string>>) =>
    aDesiredHost({ revision, kafka: { version, ...(candidateConfig && { candidateConfig }) } })
  return { files, release, candidate, check: checkCandidate(files, release) }
}

describe.each(KAFKA_VERSION_NAMES)('a candidate configuration on a host with Kafka %s', (version) => {
  it('is taken or refused by Kafka itself, in its own words, and the file in use is not touched', async () => {
    const { files, candidate, check } = await hostOf(version)
    expect(await check.ensure(candidate(1, { 'queued.max.requests': '600' }))).toEqual({ holds: true })
    expect(check.verdict()).toEqual({ revision: 1 })
    expect(await readFile(`${files.propertiesFile}.candidate`, 'utf8')).toMatch(/^queued\.max\.requests=600$/m)

    expect(validateKafkaConfig(version, REFUSED, 3)).not.toEqual([])
    expect(await check.ensure(candidate(2, REFUSED))).toEqual({ holds: true })
    expect(check.verdict()).toMatchObject({
      revision: 2,
      refused: expect.stringContaining('Invalid value -7 for configuration queued.max.requests'),
    })
    await expect(access(files.propertiesFile)).rejects.toThrow()

    expect(await check.ensure(candidate(3))).toEqual({ holds: true })
    expect(check.verdict()).toBeUndefined()
  })
})

describe('a release that is to come', () => {
  it('is shown the configuration of the host itself, which the one in use goes on with', async () => {
    await fetchKafka('4.3.1')
    const { check, files } = await hostOf('3.7.1')
    const config = { 'log.message.format.version': '3.0', 'log.segment.bytes': '500000' }
    const kafka = { version: '3.7.1', config, candidateVersion: '4.3.1' } as const
    expect(await check.ensure(aDesiredHost({ revision: 1, kafka }))).toEqual({ holds: true })
    // Kafka passes over a key that it does not know, but not over a value that is too small by now.
    expect(check.verdict()).toMatchObject({
      revision: 1,
      refused: expect.stringContaining('log.segment.bytes'),
    })
    expect(await check.ensure(aDesiredHost({ revision: 2, kafka: { ...kafka, config: {} } }))).toEqual({ holds: true })
    expect(check.verdict()).toEqual({ revision: 2 })
    await expect(access(files.propertiesFile)).rejects.toThrow()
  })
})

describe('a check that cannot be made', () => {
  it('is no verdict on the configuration, stands in the way of nothing, and is tried again', async () => {
    const { files, release, candidate } = await hostOf('3.7.1')
    const paths = files.paths
    const withoutJava = (desired: DesiredHost) => ({ ...paths(desired), java: join(folder, 'no-java') })
    const check = checkCandidate({ ...files, paths: withoutJava }, release)
    const result = await check.ensure(candidate(1, { 'queued.max.requests': '600' }))
    expect(result).toMatchObject({ holds: true, problem: { code: 'CONFIG_REFUSED', terminal: false } })
    expect(check.verdict()).toBeUndefined()
  })
})
