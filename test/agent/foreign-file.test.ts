import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readForeign } from '../../agent/foreign-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-foreign-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('reads what a file holds, of a long one the end', async () => {
  const file = join(folder, 'kafka.out')
  await writeFile(file, 'words\n')
  expect(await readForeign(file)).toBe('words\n')
  await writeFile(file, `${'x'.repeat(2 ** 20)}last words\n`)
  const text = await readForeign(file)
  expect(text?.endsWith('last words\n')).toBe(true)
  expect(text?.length).toBeLessThan(2 ** 20)
})

it('reads no other file by a link, and waits for no pipe', async () => {
  const names = ['link', 'pipe', 'folder', 'absent'].map((name) => join(folder, name))
  const [link = '', pipe = '', directory = ''] = names
  const secret = join(folder, 'secret')
  await writeFile(secret, 'of the agent')
  await symlink(secret, link)
  execFileSync('mkfifo', [pipe])
  await mkdir(directory)
  for (const name of names) expect(await readForeign(name)).toBeUndefined()
})
