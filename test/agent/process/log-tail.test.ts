import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { endOfLog, readOn } from '../../../agent/process/log-tail.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-log-'))
  file = join(folder, 'kafka.log')
})
afterEach(() => rm(folder, { recursive: true }))

it('reads what comes after a position, whole lines only', async () => {
  await writeFile(file, 'old\n')
  const start = await endOfLog(file)
  await appendFile(file, 'one\ntw')
  const first = await readOn(file, start)
  expect(first.lines).toEqual(['one'])
  await appendFile(file, 'o\nthree\n')
  const second = await readOn(file, first.position)
  expect(second.lines).toEqual(['two', 'three'])
  expect((await readOn(file, second.position)).lines).toEqual([])
})

it('reads a log from its beginning that did not exist before', async () => {
  const start = await endOfLog(file)
  expect((await readOn(file, start)).lines).toEqual([])
  await writeFile(file, 'first\n')
  expect((await readOn(file, start)).lines).toEqual(['first'])
})

it('loses no line when the log is rotated in between', async () => {
  await writeFile(file, 'one\n')
  const { position } = await readOn(file, await endOfLog('/nonexistent'))
  await appendFile(file, 'two\n')
  await rename(file, `${file}.1`)
  await writeFile(file, 'three\n')
  const part = await readOn(file, position)
  expect(part.lines).toEqual(['two', 'three'])
  await appendFile(file, 'four\n')
  expect((await readOn(file, part.position)).lines).toEqual(['four'])
})
