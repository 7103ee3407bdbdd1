import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(path.join(tmpdir(), 'weir-asl-kill-'))
afterAll(() => rmSync(folder, { recursive: true }))
const STEPS = ['one', 'two', 'three', 'four']

/** Runs the steps in a process of their own; with a step that hangs, kills the process as soon as it has called it. */
async function runSteps(file: string, hangingStep?: string): Promise<readonly string[]> {
  const script = path.join(import.meta.dirname, 'asl/steps.ts')
  const child = spawn(process.execPath, [script, file, ...(hangingStep === undefined ? [] : [hangingStep])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  for await (const line of createInterface(child.stdout)) {
    lines.push(line)
    if (line === `step ${hangingStep}`) child.kill('SIGKILL')
  }
  return lines
}

test.for(STEPS)('a process killed while step %s runs goes on from that step', async (killed) => {
  const file = path.join(folder, `${killed}.sqlite`)
  const at = STEPS.indexOf(killed)
  const before = await runSteps(file, killed)
  expect(before).toEqual(STEPS.slice(0, at + 1).map((step) => `step ${step}`))
  const after = await runSteps(file)
  expect(after).toEqual([
    ...STEPS.slice(at).map((step) => `step ${step}`),
    'ended {"status":"SUCCEEDED","output":"four"}',
  ])
})
