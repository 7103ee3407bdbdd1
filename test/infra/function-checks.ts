import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { readEnvironment } from '../../shared/deployment/environment.ts'
import { type DeployedFunction, deployedFunctions } from './functions.ts'
import type { Synthesized } from './synthesized.ts'

/** Loads a handler as Lambda does and tells what it is; a failure of its start is the failure of the process. */
const LOAD = `
const [, file, name] = process.argv
const module = await import(file)
process.stdout.write(typeof module[name])
`

async function startedHandler({ properties, variables }: DeployedFunction, directory: string): Promise<string> {
  const [file = '', name = ''] = properties.Handler.split('.')
  const asset = join(directory, `asset.${properties.Code.S3Key.replace(/\.zip$/, '')}`)
  const path = join(asset, `${file}.mjs`)
  if (!existsSync(path)) return `no file ${path}`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', LOAD, path, name], {
    // Nothing of this process's environment: what the function needs must be in the template.
    env: { ...variables, AWS_REGION: 'eu-central-1', AWS_LAMBDA_FUNCTION_NAME: properties.FunctionName },
    // Away from the checkout: a bundle that reaches for node_modules would find them.
    cwd: asset,
    timeout: 60_000,
  })
  return stdout
}

/** What must be true of every deployed function. */
export function checkFunctions(get: () => Synthesized): void {
  it('every function runs on Node 24 for arm64, is traced and bounded in time and memory', () => {
    for (const { properties, name } of deployedFunctions(get())) {
      expect(properties, name).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        Timeout: expect.any(Number),
        MemorySize: expect.any(Number),
      })
      expect(properties.Timeout, name).toBeLessThanOrEqual(300)
    }
  })

  it('every function is told what its kind needs and nothing that its kind does not know', () => {
    for (const { kind, variables, name } of deployedFunctions(get())) {
      const environment = readEnvironment(kind, variables)
      expect(Object.keys(variables).toSorted(), name).toEqual(Object.keys(environment).toSorted())
    }
  })

  it('no variable of a function holds a secret', () => {
    for (const { variables } of deployedFunctions(get())) {
      expect(Object.keys(variables).filter((name) => /SECRET|PASSWORD|TOKEN|KEY$/.test(name))).toEqual([])
    }
  })

  it('the bundle of every function starts with its own environment and exports its handler', async () => {
    const functions = deployedFunctions(get())
    const waiting = [...functions]
    const started: Record<string, string> = {}
    const startSome = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift())
        started[next.name] = await startedHandler(next, get().directory)
    }
    // As many at a time as a small machine has processors.
    await Promise.all([startSome(), startSome()])
    expect(started).toEqual(Object.fromEntries(functions.map(({ name }) => [name, 'function'])))
  }, 120_000)

  it('a bundle refuses to start when one of its variables is missing', async () => {
    const [deployed] = deployedFunctions(get()).filter(({ kind }) => kind === 'api')
    if (!deployed) expect.fail('there is no function of the API')
    const { WEIR_TABLE: _, ...variables } = deployed.variables
    await expect(startedHandler({ ...deployed, variables }, get().directory)).rejects.toThrow(/WEIR_TABLE/)
  }, 60_000)
}
