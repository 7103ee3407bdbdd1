import { z } from 'zod'

const oneOrMore = z.union([z.string().transform((text) => [text]), z.array(z.string())])

/** Values of a condition may be written as a boolean or a number, too. */
const conditionValues = z.union([z.array(z.coerce.string()), z.coerce.string().transform((text) => [text])])

const Principal = z.union([z.literal('*'), z.record(z.enum(['AWS', 'Service', 'Federated']), oneOrMore.optional())])

const Statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: Principal.optional(),
    Action: oneOrMore.optional(),
    NotAction: oneOrMore.optional(),
    Resource: oneOrMore.optional(),
    NotResource: oneOrMore.optional(),
    Condition: z.record(z.string(), z.record(z.string(), conditionValues)).optional(),
  })
  .refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined), 'Action or NotAction')
  .refine(({ Resource, NotResource }) => Resource === undefined || NotResource === undefined, 'one kind of resources')
export type Statement = z.output<typeof Statement>

/** A policy document as IAM takes it; an element that is not known here is refused, and never passed over. */
export const Policy = z.strictObject({
  Id: z.string().optional(),
  // The older version has no policy variables: what looks like one would be a plain text.
  Version: z.literal('2012-10-17'),
  Statement: z.union([Statement.transform((statement) => [statement]), z.array(Statement)]),
})
export type Policy = z.output<typeof Policy>

/** What is known of a request beside action and resource: single values, and lists for the keys that have several. */
export type Context = Readonly<Record<string, string | readonly string[]>>

/** The value of a key, whose name is not case-sensitive. */
export function contextValue(context: Context, key: string): string | readonly string[] | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]
}
