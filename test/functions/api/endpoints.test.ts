import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ENDPOINTS } from '../../../functions/api/endpoints.ts'
import { ROUTE_NAMES, ROUTES } from '../../../shared/contract/routes.ts'

const FOLDER = new URL('../../../functions/api/', import.meta.url)

const fileOf = (name: string) => `${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`

describe('the endpoints', () => {
  it('are those of the routes, no more and no fewer', () => {
    expect(Object.keys(ENDPOINTS).sort()).toEqual([...ROUTE_NAMES].sort())
  })

  it.each(ROUTE_NAMES)('answer %s in a file of its name', (name) => {
    expect(ENDPOINTS[name].route).toBe(ROUTES[name])
    expect(existsSync(new URL(fileOf(name), FOLDER))).toBe(true)
  })

  it('are all in the table: no file declares one that nobody serves', () => {
    const declaring = readdirSync(FOLDER).filter(
      (file) =>
        file !== 'endpoint.ts' &&
        file.endsWith('.ts') &&
        /= defineEndpoint\(/.test(readFileSync(new URL(file, FOLDER), 'utf8')),
    )
    expect(declaring.sort()).toEqual(ROUTE_NAMES.map(fileOf).sort())
  })
})
