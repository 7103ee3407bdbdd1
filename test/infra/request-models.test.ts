import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { requestSchema } from '../../infra/request-models.ts'
import type { Route } from '../../shared/contract/route.ts'
import { ROUTE_NAMES, ROUTES, type RouteName } from '../../shared/contract/routes.ts'

/** All words that the models use: each is one that API Gateway takes. */
const WORDS = [
  ...['$schema', 'type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'default', 'description'],
  ...['pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'anyOf', 'allOf'],
]

/** Routes whose bodies have rules between fields, which no schema says: the function holds a body to them. */
const LEFT_TO_THE_FUNCTION: readonly RouteName[] = ['createCluster', 'rebalanceCluster']

const withBody = ROUTE_NAMES.filter((name) => 'body' in ROUTES[name])
const routeOf = (name: RouteName): Route => ROUTES[name]
const schemaOf = (name: RouteName) => requestSchema(routeOf(name)) ?? {}

function wordsOf(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(wordsOf)
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([word, part]) => [
    word,
    ...(word === 'properties' ? Object.values(Object(part)).flatMap(wordsOf) : []),
    ...(['items', 'anyOf', 'allOf', 'additionalProperties'].includes(word) ? wordsOf(part) : []),
  ])
}

describe('the models of the API', () => {
  it('are there for each route with a body and for no other', () => {
    expect(ROUTE_NAMES.filter((name) => requestSchema(routeOf(name)) !== undefined)).toEqual(withBody)
  })

  it.each(withBody)('say the body of %s in words that API Gateway takes', (name) => {
    expect(wordsOf(schemaOf(name)).filter((word) => !WORDS.includes(word))).toEqual([])
    expect(schemaOf(name)).toMatchObject({ $schema: 'http://json-schema.org/draft-04/schema#', type: 'object' })
    expect(JSON.stringify(schemaOf(name))).not.toContain('"$ref"')
  })

  it.each(withBody)('take every example of %s, and no field that it does not have', (name) => {
    const model = z.fromJSONSchema(schemaOf(name), { defaultTarget: 'draft-4' })
    const { examples = {} } = routeOf(name)
    for (const [which, example] of Object.entries(examples))
      expect(model.safeParse(example).error, which).toBeUndefined()
    const [example = {}] = Object.values(examples)
    expect(model.safeParse({ ...Object(example), notAField: 1 }).success).toBe(false)
  })

  it('leave to the function what no schema says', () => {
    expect(withBody.filter((name) => 'rules' in ROUTES[name])).toEqual(LEFT_TO_THE_FUNCTION)
  })
})
