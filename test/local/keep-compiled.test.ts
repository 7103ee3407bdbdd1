import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const LOCAL = resolve(import.meta.dirname, '../../local')

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'weir-compiled-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** A program of a user with that home, which keeps what is compiled for it or not. */
function runProgram(keeps: boolean): void {
  const script = `
    const { keepCompiled } = await import(${JSON.stringify(join(LOCAL, 'keep-compiled.ts'))})
    if (${keeps}) keepCompiled()
    await import(${JSON.stringify(join(LOCAL, 'volume-change-rule.ts'))})`
  const { NODE_COMPILE_CACHE: _other, ...environment } = process.env
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], { env: { ...environment, HOME: home } })
}

it('leaves what was compiled in a folder of the user, where the next start finds it', () => {
  runProgram(false)
  expect(existsSync(join(home, '.cache', 'weir', 'compiled'))).toBe(false)
  runProgram(true)
  expect(readdirSync(join(home, '.cache', 'weir', 'compiled'), { recursive: true }).length).toBeGreaterThan(1)
})
