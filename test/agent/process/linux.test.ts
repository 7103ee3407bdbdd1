import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { linux } from '../../../agent/process/linux.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-launch-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('writes what a program prints into a file of its own, whatever was put at that place', async () => {
  const [output, other] = [join(folder, 'kafka.out'), join(folder, 'other')]
  await writeFile(other, 'of root')
  await symlink(other, output)
  const { ended } = await linux.launch(['echo', 'printed'], output)
  expect(await ended).toEqual({ code: 0, signal: null })
  expect(await readFile(output, 'utf8')).toBe('printed\n')
  expect(await readFile(other, 'utf8')).toBe('of root')
})
