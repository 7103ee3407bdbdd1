import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checksums, FetchError, type FetchProgress, fetchKafka } from '../../agent/kafka/fetch.ts'

let cacheDir: string

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'weir-fetch-'))
})

afterAll(() => rm(cacheDir, { recursive: true, force: true }))

test('two fetches at once leave one whole folder and nothing else, and a third finds it there', async () => {
  const folders = await Promise.all([fetchKafka('3.7.1', { cacheDir }), fetchKafka('3.7.1', { cacheDir })])
  expect(new Set(folders)).toEqual(new Set([join(cacheDir, '3.7.1')]))
  expect(await readdir(cacheDir)).toEqual(['3.7.1'])
  expect((await readdir(join(cacheDir, '3.7.1'))).toSorted()).toEqual([...(await checksums('3.7.1')).keys()].toSorted())
  const told: FetchProgress[] = []
  const inode = (await stat(join(cacheDir, '3.7.1'))).ino
  await fetchKafka('3.7.1', { cacheDir, onProgress: (progress) => told.push(progress) })
  expect(told).toEqual([{ step: 'cached' }])
  expect((await stat(join(cacheDir, '3.7.1'))).ino).toBe(inode)
})

test('replaces a folder that lacks a jar or holds a foreign one', async () => {
  const folder = await fetchKafka('3.7.1', { cacheDir })
  await rm(join(folder, 'kafka-clients-3.7.1.jar'))
  await writeFile(join(folder, 'foreign.jar'), '')
  await fetchKafka('3.7.1', { cacheDir })
  expect((await readdir(folder)).toSorted()).toEqual([...(await checksums('3.7.1')).keys()].toSorted())
  expect(await readdir(cacheDir)).toEqual(['3.7.1'])
})

test('puts nothing in the cache when Maven brings other jars than the pinned ones', async () => {
  const empty = join(cacheDir, 'empty')
  await mkdir(empty)
  // A Maven that succeeds and brings nothing.
  await expect(fetchKafka('3.7.1', { cacheDir: empty, mvn: '/bin/true' })).rejects.toThrow(FetchError)
  expect(await readdir(empty)).toEqual([])
})

test('says what Maven said when it fails', async () => {
  const mvn = join(cacheDir, 'mvn')
  await writeFile(mvn, '#!/bin/sh\n[ "$1" = --version ] || { echo "[ERROR] no route to the registry"; exit 1; }\n', {
    mode: 0o755,
  })
  const fetched = fetchKafka('3.7.1', { cacheDir: join(cacheDir, 'kafka'), mvn })
  await expect(fetched).rejects.toThrow('Maven could not fetch Kafka 3.7.1: [ERROR] no route to the registry')
})
