import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(path.join(tmpdir(), 'weir-asl-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

function run(states: object, input = '{"n":1}') {
  const definition = path.join(folder, 'definition.json')
  const inputFile = path.join(folder, 'input.json')
  writeFileSync(definition, JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: states }))
  writeFileSync(inputFile, input)
  const main = path.join(import.meta.dirname, '../../local/asl/main.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'run', definition, inputFile], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('a run that succeeds prints its last event as one line and exits 0', () => {
  expect(run({ A: { Type: 'Pass', Output: '{% [$states.input.n] %}', End: true } })).toEqual({
    status: 0,
    stdout: '{"type":"ExecutionSucceeded","output":[1]}\n',
    stderr: '',
  })
})

test('a run that fails prints error and cause and exits 0, for it has run', () => {
  expect(run({ A: { Type: 'Fail', Error: 'Broken', Cause: 'why' } })).toEqual({
    status: 0,
    stdout: '{"type":"ExecutionFailed","error":"Broken","cause":"why"}\n',
    stderr: '',
  })
})

test('a Task fails, because there is no function to call', () => {
  const Resource = 'arn:aws:states:::lambda:invoke'
  const { status, stdout } = run({ A: { Type: 'Task', Resource, Arguments: { FunctionName: 'f' }, End: true } })
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ type: 'ExecutionFailed', error: 'Lambda.ResourceNotFoundException' })
})

test('a refused definition exits 3 and says why, and nothing else', () => {
  expect(run({ A: { Type: 'Pass', InputPath: '$', End: true } })).toEqual({
    status: 3,
    stdout: '',
    stderr: "state 'A': InputPath is not supported\n",
  })
})

test('a file that is no JSON exits 2', () => {
  expect(run({ A: { Type: 'Succeed' } }, '{').status).toBe(2)
})
