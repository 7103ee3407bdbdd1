import { z } from 'zod'
import { ID_PREFIXES, type IdKind, idPattern } from '../records/ids.ts'

/** Said of every enumeration that later releases may extend. */
export const MAY_GROW = 'Later releases may add values: treat an unknown one as "something else".'

/** The id of a thing of some kind. */
export const id = (kind: IdKind, description: string) =>
  z
    .string()
    .regex(idPattern(kind), `must be ${ID_PREFIXES[kind]}_ and 26 characters of Crockford base 32`)
    .meta({ description, example: `${ID_PREFIXES[kind]}_01JD8X3V9QWERTYZ0123456789` })

/** A cluster's id. */
export const ClusterId = id('cluster', 'Id of the cluster')
/** An operation's id. */
export const OperationId = id('operation', 'Id of the operation')

/** A proposal's id. */
export const ProposalId = id('proposal', 'Id of the proposal')

/** RFC 3339, UTC, milliseconds. */
export const Timestamp = z.iso.datetime().meta({ description: 'RFC 3339, UTC', example: '2026-11-21T10:15:02.113Z' })

/** Related resources: a name and a path. */
export const Links = z
  .record(z.string(), z.string())
  .meta({ description: 'Paths of related resources', example: { self: '/v1/clusters/clu_01JD8X3V9QWERTYZ0123456789' } })

/**
 * How a parameter is documented: as what it means, although it travels as text and is parsed from text. Read by the
 * OpenAPI generator through `meta`.
 */
export const shownAs =
  (schema: Readonly<Record<string, unknown>>) =>
  ({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void => {
    for (const keyword of ['type', 'pattern', 'enum']) delete jsonSchema[keyword]
    Object.assign(jsonSchema, schema)
  }

/** Says in the documentation what validation holds a value to in code: more keywords beside those of its shape. */
export const alsoShownAs =
  (keywords: Readonly<Record<string, unknown>>) =>
  ({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void => {
    Object.assign(jsonSchema, keywords)
  }

/** A text of so many characters, counted as JSON Schema does: one of two UTF-16 units is one. */
export const textUpTo = (maxLength: number) =>
  z
    .string()
    .refine((text) => [...text].length <= maxLength, {
      error: `must have at most ${maxLength} characters`,
      params: { rule: 'max_length' },
    })
    .meta({ override: alsoShownAs({ maxLength }) })

const wholeNumber = /^(0|[1-9][0-9]*)$/

/** A whole number in a query string. */
export const queryInteger = (min: number, max: number | undefined, description: string) =>
  z
    .string()
    .regex(wholeNumber, 'must be a whole number')
    .transform(Number)
    .pipe(max === undefined ? z.number().min(min) : z.number().min(min).max(max))
    .meta({
      description,
      override: shownAs({ type: 'integer', minimum: min, ...(max === undefined ? {} : { maximum: max }) }),
    })

/** A yes or no in a query string. */
export const queryBoolean = (description: string) =>
  z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .meta({ description, override: shownAs({ type: 'boolean' }) })

/** How many items a page holds: larger wishes are cut down, not refused. */
export const MAX_PAGE_SIZE = 200
export const DEFAULT_PAGE_SIZE = 50

/** The query parameters of every list. */
export const pageQuery = {
  pageSize: queryInteger(
    1,
    undefined,
    `Items per page, default ${DEFAULT_PAGE_SIZE}; above ${MAX_PAGE_SIZE} means ${MAX_PAGE_SIZE}`,
  )
    .transform((size) => Math.min(size, MAX_PAGE_SIZE))
    .default(DEFAULT_PAGE_SIZE),
  pageToken: z.string().optional().meta({
    description: 'The `nextPageToken` of the page before, with the same filters. Opaque; of no use elsewhere.',
  }),
} as const

/** A page of a list. */
export const pageOf = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item),
    nextPageToken: z.string().optional().meta({ description: 'Absent on the last page' }),
  })

/** Of routes that take no parameters of a kind. */
export const NONE = z.strictObject({})

/** The path parameter of everything under one cluster. */
export const clusterParams = z.strictObject({ clusterId: ClusterId })
