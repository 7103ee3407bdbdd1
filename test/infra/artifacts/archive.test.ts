import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pack } from '../../../infra/artifacts/archive.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-archive-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Packs two files that were written in this order, at this time, with these rights. */
async function packed(name: string, files: readonly string[], seconds: number, mode: number): Promise<Buffer> {
  const from = join(folder, name)
  await mkdir(from)
  for (const file of files) {
    await writeFile(join(from, file), `content of ${file}`)
    await chmod(join(from, file), mode)
    await utimes(join(from, file), seconds, seconds)
  }
  await pack(from, files, join(folder, `${name}.tar.gz`))
  return readFile(join(folder, `${name}.tar.gz`))
}

it('gives the same bytes for the same files, whenever and in whatever order they were made', async () => {
  const first = await packed('first', ['a.jar', 'b.jar'], 1_000_000_000, 0o644)
  const second = await packed('second', ['b.jar', 'a.jar'], 1_700_000_000, 0o600)
  expect(second.equals(first)).toBe(true)
})

it('tells a program from other files', async () => {
  const file = await packed('first', ['node'], 1_000_000_000, 0o644)
  const program = await packed('second', ['node'], 1_000_000_000, 0o700)
  expect(program.equals(file)).toBe(false)
})
