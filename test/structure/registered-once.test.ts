import { globSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ENDPOINTS } from '../../functions/api/endpoints.ts'
import { openApiDocument } from '../../functions/openapi/document.ts'
import { ROUTE_NAMES, ROUTES } from '../../shared/contract/routes.ts'
import { isOffered, OPERATION_TYPES } from '../../shared/lifecycle/lifecycle.ts'
import { STEP_NAMES, STEPS } from '../../workflows/steps/steps.ts'
import { WORKFLOWS } from '../../workflows/workflows.ts'

const ROOT = resolve(import.meta.dirname, '../..')

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const filesIn = (pattern: string) => globSync(pattern, { cwd: ROOT }).toSorted()
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8')

/** Everything that the files export, by name. */
async function exportsOf(files: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const modules = await Promise.all(files.map(async (file) => Object.entries(await import(join(ROOT, file)))))
  return new Map(modules.flat())
}

describe('a route', () => {
  it('that is declared anywhere is in the table', async () => {
    const declaring = filesIn('shared/**/*.ts').filter((file) => textOf(file).includes('= defineRoute('))
    const declared = [...(await exportsOf(declaring))].filter(
      ([, value]) => 'operationId' in Object(value) || 'answers' in Object(value),
    )
    expect(declared.map(([name]) => name).toSorted()).toEqual([...ROUTE_NAMES].toSorted())
    for (const [name, route] of declared) expect(Object.entries(ROUTES).find(([key]) => key === name)?.[1]).toBe(route)
  })

  it.each(ROUTE_NAMES)('%s has its endpoint, in the file of its name', (name) => {
    expect(ENDPOINTS[name].route).toBe(ROUTES[name])
    expect(textOf(`functions/api/${kebab(name)}.ts`)).toContain(`export const ${name} = defineEndpoint(`)
  })

  it('has one endpoint only: none is declared that the table does not know', () => {
    const declared = filesIn('functions/**/*.ts').flatMap((file) =>
      [...textOf(file).matchAll(/^export const (\w+) = defineEndpoint\(/gm)].map(([, name]) => name),
    )
    expect(declared.toSorted()).toEqual(Object.keys(ENDPOINTS).toSorted())
  })

  it('has one method and path to itself', () => {
    const places = ROUTE_NAMES.map((name) => `${ROUTES[name].method} ${ROUTES[name].path.replaceAll(/\{\w+\}/g, '{}')}`)
    expect(new Set(places).size).toBe(places.length)
  })

  it('is described in the OpenAPI document, which describes nothing else', () => {
    const described = Object.entries(openApiDocument().paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    )
    expect(described.toSorted()).toEqual(
      ROUTE_NAMES.map((name) => `${ROUTES[name].method} ${ROUTES[name].path}`).toSorted(),
    )
  })
})

describe('a step', () => {
  const files = readdirSync(join(ROOT, 'workflows/steps')).filter((file) => file !== 'steps.ts')

  it('that has a file is in the table, under the name of the file', () => {
    expect(files.map((file) => basename(file, '.ts')).toSorted()).toEqual(STEP_NAMES.map(kebab).toSorted())
  })

  it.each(STEP_NAMES)('%s is what its file exports', async (name) => {
    const exported = await exportsOf([`workflows/steps/${kebab(name)}.ts`])
    expect(exported.get(name)).toBe(STEPS[name])
  })
})

describe('a workflow', () => {
  it('that is defined anywhere is in the table', async () => {
    const defining = filesIn('workflows/*.ts').filter((file) => textOf(file).includes('= defineWorkflow('))
    const defined = [...(await exportsOf(defining))].filter(([, value]) => 'StartAt' in Object(value))
    expect(defined.map(([name]) => name).toSorted()).toEqual(Object.keys(WORKFLOWS).toSorted())
  })

  it('belongs to an operation that the lifecycle offers, and the other way round', () => {
    expect(Object.keys(WORKFLOWS).toSorted()).toEqual(OPERATION_TYPES.filter(isOffered).toSorted())
  })

  it('has its rendering in the repository, and no rendering is left of one that is gone', () => {
    const rendered = filesIn('test/workflows/*.asl.json').map((file) => basename(file, '.asl.json'))
    expect(rendered).toEqual(Object.keys(WORKFLOWS).toSorted())
  })
})

describe('what loops over the tables', () => {
  const names = [...ROUTE_NAMES, ...STEP_NAMES]
  const loops = [
    ...filesIn('infra/*.ts'),
    ...filesIn('functions/{lambda,middleware,openapi}/**/*.ts'),
    ...filesIn('workflows/{render,step-groups,run-step}.ts'),
  ]

  it.each(loops)('%s names no route and no step by itself', (file) => {
    const code = textOf(file).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    expect(names.filter((name) => new RegExp(`['"\`]${name}['"\`]`).test(code))).toEqual([])
  })

  it('infrastructure writes out no path of the API but that of the error codes', () => {
    const paths = filesIn('infra/*.ts').flatMap((file) => textOf(file).match(/['"`]\/v1\/[^'"`]*/g) ?? [])
    expect(paths).toEqual(['`/v1/errors/${code}'])
  })
})
