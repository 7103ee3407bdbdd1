import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { TerminalProblemError } from '../../../agent/converge/step.ts'
import { directoryVolume } from '../../../agent/volume/directory-volume.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-volume-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('has the size of its disk', async () => {
  await mkdir(join(folder, 'vol'))
  const volume = directoryVolume(join(folder, 'vol'))
  await volume.ensureMounted(1)
  await volume.ensureMounted(1)
  const seen = await volume.observe()
  expect(seen).toMatchObject({ state: 'Mounted', fileSystem: 'directory' })
  expect(seen.totalBytes).toBeGreaterThan(seen.usedBytes ?? 0)
})

it('refuses for good what the disk cannot hold, unless it holds data already', async () => {
  const path = join(folder, 'vol')
  await mkdir(path)
  const volume = directoryVolume(path)
  const refusal = volume.ensureMounted(2 ** 40)
  await expect(refusal).rejects.toThrow(TerminalProblemError)
  await expect(refusal).rejects.toThrow(/needs .* GiB more, but .* has .* GiB free/u)
  await writeFile(join(path, 'meta.properties'), '')
  await volume.ensureMounted(2 ** 40)
})

it('is never made anew by its host when it is gone', async () => {
  const volume = directoryVolume(join(folder, 'vol'))
  await expect(volume.ensureMounted(1)).rejects.toThrow(TerminalProblemError)
  expect(await volume.observe()).toEqual({ state: 'Absent' })
})
