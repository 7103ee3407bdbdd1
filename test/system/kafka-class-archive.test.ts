import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureClassArchive } from '../../agent/kafka/class-archive.ts'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import { classArchive, formatCommand } from '../../shared/kafka/process.ts'
import { renderServerProperties } from '../../shared/kafka/server-properties.ts'
import { hostInputs } from '../shared/kafka/server-properties-input.ts'

let folder: string
let jarsDir: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-archive-'))
  jarsDir = join(folder, 'jars')
  const isJar = (path: string): boolean => path.endsWith('.jar') || !path.includes('.jsa')
  await cp(await fetchKafka('4.3.1'), jarsDir, { recursive: true, preserveTimestamps: true, filter: isJar })
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function format(flags: readonly string[]): Promise<string> {
  const propertiesFile = join(folder, 'server.properties')
  const host = { ...hostInputs.combined, kafkaVersion: '4.3.1', dataDir: join(folder, 'data') } as const
  await writeFile(propertiesFile, renderServerProperties(host))
  const paths = { java: 'java', jarsDir, propertiesFile, tempDir: folder }
  const command = formatCommand({ ...paths, metadataVersion: '4.3-IV0', clusterUuid: 'AAAAAAAAAAAAAAAAAAAAAA' })
  const [program = '', ...args] = command.filter((argument) => !argument.startsWith('-Xshare:'))
  return (await promisify(execFile)(program, [...flags, ...args])).stdout
}

test('Kafka runs without a class archive, and from the archive once it is made', async () => {
  // With -Xshare:on the JVM refuses to start when it cannot use every archive it is given.
  await expect(format(['-Xshare:auto'])).resolves.toContain('Formatting')
  await ensureClassArchive('4.3.1', jarsDir)
  await expect(format(['-Xshare:on', '-Xlog:class+load:stdout'])).resolves.toMatch(
    /kafka\.server\.KafkaConfig source: shared objects file \(top\)/u,
  )
})

test('an archive is made once, and its making leaves nothing else behind', async () => {
  await ensureClassArchive('4.3.1', jarsDir)
  const made = await stat(classArchive(jarsDir))
  await ensureClassArchive('4.3.1', jarsDir)
  expect((await stat(classArchive(jarsDir))).ino).toBe(made.ino)
  expect((await readdir(jarsDir)).filter((name) => !name.endsWith('.jar'))).toEqual(['classes.jsa'])
})

test('a Java that cannot run Kafka leaves no archive and no folder behind', async () => {
  const empty = join(folder, 'empty')
  await cp(jarsDir, empty, { recursive: true, filter: (path) => !/\.(?:jar|jsa)$/u.test(path) })
  await expect(ensureClassArchive('4.3.1', empty)).rejects.toThrow('Kafka ended before its classes could be recorded')
  expect(await readdir(empty)).toEqual([])
})
