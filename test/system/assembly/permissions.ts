import { z } from 'zod'
import type { Deployment } from './template.ts'

const oneOrMore = z.union([z.string().transform((text) => [text]), z.array(z.string())])

const Statement = z.looseObject({
  Effect: z.literal('Allow'),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
})

const Policy = z.object({
  Roles: z.array(z.string()).default([]),
  PolicyDocument: z.object({ Statement: z.array(Statement) }),
})

/** One thing that is asked of a service in somebody's name. */
export interface Request {
  readonly action: string
  /** None where only the action is judged: a call on EC2 touches resources of which most have no name yet. */
  readonly resource?: string
  readonly context?: Readonly<Record<string, string>>
}

/** Tells what a role of the templates may do. */
export type Permissions = (roleName: string, request: Request) => boolean

/** The policies of the templates, judged as IAM does as far as they go: allowing statements, `*`, and equal texts. */
export function permissionsOf(deployment: Deployment): Permissions {
  const policies = deployment.all('AWS::IAM::Policy').map(({ properties }) => Policy.parse(properties))
  return (roleName, { action, resource, context = {} }) =>
    policies.some(
      ({ Roles, PolicyDocument }) =>
        Roles.includes(roleName) &&
        PolicyDocument.Statement.some(
          (statement) =>
            statement.Action.some((pattern) => matches(pattern, action)) &&
            (resource === undefined ||
              (statement.Resource.some((pattern) => matches(pattern, resource)) &&
                holds(statement.Condition, context))),
        ),
    )
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(text)
}

function holds(
  condition: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
  context: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(condition).every(([operator, wanted]) => {
    if (operator !== 'StringEquals') throw new TypeError(`a condition that is not known here: ${operator}`)
    return Object.entries(wanted).every(([key, values]) => oneOrMore.parse(values).includes(context[key] ?? ''))
  })
}
