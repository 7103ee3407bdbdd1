import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readIfPresent, replaceFile, writeFileAtomically } from '../../agent/atomic-file.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-file-'))
  file = join(folder, 'server.properties')
})
afterEach(() => rm(folder, { recursive: true }))

it('keeps the revision before the current one, and writes nothing when nothing changes', async () => {
  expect(await replaceFile(file, 'first')).toBe(true)
  expect(await replaceFile(file, 'second')).toBe(true)
  const { ino } = await stat(file)
  expect(await replaceFile(file, 'second')).toBe(false)
  expect((await stat(file)).ino).toBe(ino)
  expect(await readFile(file, 'utf8')).toBe('second')
  expect(await readFile(`${file}.previous`, 'utf8')).toBe('first')
})

it('leaves one whole text when many write at once, and nothing beside it', async () => {
  const texts = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(10_000))
  await Promise.all(texts.map((text) => writeFileAtomically(file, text, 0o600)))
  expect(texts).toContain(await readIfPresent(file))
  expect(await readdir(folder)).toEqual(['server.properties'])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})
