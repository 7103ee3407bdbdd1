import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { checksums, FetchError } from '../../../agent/kafka/fetch.ts'
import { makeKafka } from '../../../infra/artifacts/make-kafka.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-make-kafka-'))
  vi.stubEnv('WEIR_KAFKA_CACHE', folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

it('packs no jar that has changed since it was fetched', async () => {
  await mkdir(join(folder, '3.7.1'))
  for (const name of (await checksums('3.7.1')).keys()) await writeFile(join(folder, '3.7.1', name), 'another jar')
  const file = join(folder, 'kafka.tar.gz')
  await expect(makeKafka('3.7.1', file)).rejects.toThrow(FetchError)
  await expect(access(file)).rejects.toThrow('ENOENT')
})
