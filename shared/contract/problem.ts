import { z } from 'zod'
import { ERRORS, type ErrorCode } from '../errors/catalogue.ts'
import { MAY_GROW } from './primitives.ts'

const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]

/** The code of an error. */
export const ErrorCodeName = z
  .enum(ERROR_CODES)
  .meta({ id: 'ErrorCode', description: `What went wrong, stable. See GET /v1/errors. ${MAY_GROW}` })

/** One broken rule of a request. */
export const ProblemViolation = z
  .object({
    pointer: z
      .string()
      .optional()
      .meta({ description: 'JSON pointer (RFC 6901) into the body', example: '/brokers/count' }),
    parameter: z.string().optional().meta({ description: 'Name of the path, query or header parameter' }),
    rule: z.string().meta({ description: 'Which rule is broken, in lower_snake_case', example: 'unknown_field' }),
    detail: z.string(),
  })
  .meta({ id: 'Violation' })

/** Every error, as RFC 9457 `application/problem+json`. */
export const Problem = z
  .object({
    type: z.string().meta({ description: 'A URI reference of the description of the code' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    instance: z.string().meta({ description: 'Path of the request' }),
    code: ErrorCodeName,
    requestId: z.string(),
    retryable: z.boolean().meta({ description: 'Whether the same request may succeed later' }),
    retryAfterSeconds: z.int().min(0).optional(),
    metadata: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
      .optional()
      .meta({ description: 'The values that the detail speaks of, for programs' }),
    errors: z.array(ProblemViolation).optional().meta({ description: 'All broken rules at once' }),
  })
  .meta({ id: 'Problem' })
export type Problem = z.output<typeof Problem>

/** A row of the catalogue of errors. */
export const ErrorDescription = z
  .object({
    code: ErrorCodeName,
    status: z.int(),
    title: z.string(),
    retryable: z.boolean(),
    links: z.object({ self: z.string() }),
  })
  .meta({ id: 'ErrorDescription' })
