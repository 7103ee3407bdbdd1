import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HomeRefused, openHome } from '../../../local/demo/home.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-home-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** What a demo that was killed has left; its process number belongs to nobody of that start time. */
async function leaveHome(path: string): Promise<void> {
  await mkdir(join(path, 'hosts', 'i_1'), { recursive: true })
  await writeFile(join(path, 'hosts', 'i_1', 'power'), `${process.pid} 1\n`)
  await writeFile(join(path, 'weir.sqlite'), 'old')
  await writeFile(join(path, 'demo-process'), `${process.pid} 1`)
}

describe('the home of a demo', () => {
  it('is made where there is none, for its owner only', async () => {
    const { path } = await openHome(join(folder, 'a', 'b'))
    expect((await stat(path)).mode & 0o777).toBe(0o700)
  })

  it('refuses a folder with files that no demo has made, and leaves them alone', async () => {
    await writeFile(join(folder, 'thesis.txt'), '')
    await expect(openHome(folder)).rejects.toThrow(HomeRefused)
    expect(await readdir(folder)).toEqual(['thesis.txt'])
  })

  it('refuses a home whose demo still runs', async () => {
    await openHome(folder)
    await expect(openHome(folder)).rejects.toThrow(`process ${process.pid}`)
  })

  it('is emptied of what a demo that was killed has left', async () => {
    await leaveHome(folder)
    await openHome(folder)
    expect(await readdir(folder)).toEqual(['demo-process'])
  })

  it('is emptied also when the demo was killed while it wrote its mark', async () => {
    await leaveHome(folder)
    await writeFile(join(folder, 'demo-process'), '')
    await openHome(folder)
    expect(await readdir(folder)).toEqual(['demo-process'])
  })

  it('is gone at the end, or keeps its files for whoever looks for a failure', async () => {
    const home = await openHome(folder)
    await writeFile(join(home.path, 'weir.log'), '')
    await home.end({ keepFiles: true })
    expect(existsSync(join(home.path, 'weir.log'))).toBe(true)
    await home.end({ keepFiles: false })
    expect(existsSync(home.path)).toBe(false)
  })
})
