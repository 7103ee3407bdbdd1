import { mkdtemp, rm } from 'node:fs/promises'
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

it('is absent until it is wanted, and then has the size of its disk', async () => {
  const volume = directoryVolume(join(folder, 'volumes', 'vol'))
  expect(await volume.observe()).toEqual({ state: 'Absent' })
  await volume.ensureMounted(1)
  await volume.ensureMounted(1)
  const seen = await volume.observe()
  expect(seen).toMatchObject({ state: 'Mounted', fileSystem: 'directory' })
  expect(seen.totalBytes).toBeGreaterThan(seen.usedBytes ?? 0)
})

it('refuses for good what the disk cannot hold, and makes nothing', async () => {
  const volume = directoryVolume(join(folder, 'volumes', 'vol'))
  const refusal = volume.ensureMounted(2 ** 40)
  await expect(refusal).rejects.toThrow(TerminalProblemError)
  await expect(refusal).rejects.toThrow(/needs .* GiB more, but .* has .* GiB free/u)
  expect(await volume.observe()).toEqual({ state: 'Absent' })
})
