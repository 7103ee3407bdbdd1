import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { coldStart } from '../../infra/bundles/cold-start.ts'
import { HEAVY_FUNCTIONS, weightLimitOf } from '../../infra/bundles/weight-limit.ts'
import { readEnvironment } from '../../shared/deployment/environment.ts'
import { type DeployedFunction, deployedFunctions } from './functions.ts'
import type { Synthesized } from './synthesized.ts'

/** A cold start, as Lambda does it: what the handler is, and how many bytes were loaded for it. */
async function startedHandler({ properties, variables }: DeployedFunction, directory: string) {
  const [entry = '', handler = ''] = properties.Handler.split('.')
  const file = join(directory, `asset.${properties.Code.S3Key.replace(/\.zip$/, '')}`, `${entry}.mjs`)
  if (!existsSync(file)) return { type: `no file ${file}`, bytes: 0 }
  const { FunctionName: name, MemorySize: memoryMiB } = properties
  const { type, loaded } = await coldStart({ name, file, handler, memoryMiB, variables }, 'count')
  return { type, bytes: Object.values(loaded).reduce((sum, bytes) => sum + bytes, 0) }
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

  it('the bundle of every function starts with its own environment, exports its handler and weighs no more than it may', async () => {
    const functions = deployedFunctions(get())
    const waiting = [...functions]
    const started: Record<string, string> = {}
    const tooHeavy: string[] = []
    const startSome = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { type, bytes } = await startedHandler(next, get().directory)
        started[next.name] = type
        if (bytes > weightLimitOf(next)) tooHeavy.push(`${next.name} loads ${bytes} bytes: npm run bundles`)
      }
    }
    // As many at a time as a small machine has processors.
    await Promise.all([startSome(), startSome()])
    expect(started).toEqual(Object.fromEntries(functions.map(({ name }) => [name, 'function'])))
    expect(tooHeavy).toEqual([])
  }, 120_000)

  it('more than a megabyte is loaded only for a stated reason', () => {
    for (const { reason, covers } of HEAVY_FUNCTIONS) {
      expect(reason.split(/\s+/).length).toBeGreaterThan(10)
      expect(deployedFunctions(get()).some(covers), reason).toBe(true)
    }
  })

  it('a bundle refuses to start when one of its variables is missing', async () => {
    const [deployed] = deployedFunctions(get()).filter(({ kind }) => kind === 'api')
    if (!deployed) expect.fail('there is no function of the API')
    const { WEIR_TABLE: _, ...variables } = deployed.variables
    await expect(startedHandler({ ...deployed, variables }, get().directory)).rejects.toThrow(/WEIR_TABLE/)
  }, 60_000)
}
