import { z } from 'zod'
import { Catalog, Quotas } from '../catalog.ts'
import { NONE } from '../primitives.ts'
import { ErrorDescription } from '../problem.ts'
import { defineRoute } from '../route.ts'

export const getCatalog = defineRoute({
  name: 'getCatalog',
  method: 'get',
  path: '/v1/catalog',
  tag: 'Reference',
  summary: 'What can be ordered: versions, instance types, zones, topologies',
  scope: 'clusters:read',
  needs: ['clock', 'offering'],
  params: NONE,
  query: NONE,
  answers: { 200: { description: 'The catalogue', body: Catalog } },
  errors: [],
  etag: true,
})

export const getQuotas = defineRoute({
  name: 'getQuotas',
  method: 'get',
  path: '/v1/quotas',
  tag: 'Reference',
  summary: 'What the tenant may have and has',
  scope: 'clusters:read',
  needs: ['store'],
  params: NONE,
  query: NONE,
  answers: { 200: { description: 'Limits and use', body: Quotas } },
  errors: [],
  etag: true,
})

export const listErrors = defineRoute({
  name: 'listErrors',
  method: 'get',
  path: '/v1/errors',
  tag: 'Reference',
  summary: 'Every error code and what it means',
  scope: 'public',
  needs: [],
  params: NONE,
  query: NONE,
  answers: { 200: { description: 'All codes', body: z.object({ items: z.array(ErrorDescription) }) } },
  errors: [],
  etag: true,
})

export const getError = defineRoute({
  name: 'getError',
  method: 'get',
  path: '/v1/errors/{code}',
  tag: 'Reference',
  summary: 'What an error code means',
  scope: 'public',
  needs: [],
  params: z.strictObject({
    code: z
      .string()
      .regex(/^[A-Z][A-Z_]{0,63}$/, 'must be UPPER_SNAKE_CASE')
      .meta({ example: 'NAME_TAKEN' }),
  }),
  query: NONE,
  answers: { 200: { description: 'The code', body: ErrorDescription } },
  errors: ['ERROR_CODE_NOT_FOUND'],
  etag: true,
})

export const getOpenApi = defineRoute({
  name: 'getOpenApi',
  method: 'get',
  path: '/v1/openapi.json',
  tag: 'Reference',
  summary: 'This description of the API',
  scope: 'public',
  needs: [],
  params: NONE,
  query: NONE,
  answers: {
    200: {
      description: 'An OpenAPI 3.1 document',
      body: z.looseObject({ openapi: z.string() }).meta({ id: 'OpenApi' }),
    },
  },
  errors: [],
  etag: true,
})
