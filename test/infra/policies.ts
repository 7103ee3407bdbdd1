import { z } from 'zod'
import { textOf, textsOf } from './intrinsics.ts'
import type { Synthesized } from './synthesized.ts'

const Statement = z.looseObject({
  Effect: z.string(),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.unknown().optional(),
  Principal: z.unknown().optional(),
  Condition: z.unknown().optional(),
})

const Document = z.looseObject({ Statement: z.array(Statement) })

const Principals = z.looseObject({ Service: z.unknown().optional(), AWS: z.unknown().optional() })

/** One permission of a role. */
export interface Permission {
  readonly action: string
  readonly resource: string
  /** What must be true of a call, as JSON; an empty text where nothing must. */
  readonly condition: string
}

/**
 * What Lambda itself does in the name of a role, to connect its function to a network: the role's own function is excepted, so
 * this is nothing that our code may do.
 */
function isForLambdaItself({ condition }: Permission): boolean {
  return (
    condition !== '' &&
    Object.keys(JSON.parse(condition).ArnNotEqualsIfExists ?? {}).includes('lambda:SourceFunctionArn')
  )
}

/** Everything that a role may do, by the policies attached to it; others there are none. Without what only Lambda may do with it. */
export function permissionsOf(synthesized: Synthesized, roleId: string): readonly Permission[] {
  return allPermissionsOf(synthesized, roleId).filter((permission) => !isForLambdaItself(permission))
}

/** The same with what only Lambda may do with it. */
export function allPermissionsOf({ all }: Synthesized, roleId: string): readonly Permission[] {
  const attached = all('AWS::IAM::Policy').filter(({ Properties: { Roles } }) => textsOf(Roles).includes(`<${roleId}>`))
  return attached.flatMap(({ Properties: { PolicyDocument } }) =>
    Document.parse(PolicyDocument).Statement.flatMap(({ Effect, Action, Resource, Condition }) => {
      if (Effect !== 'Allow') return []
      return textsOf(Action).flatMap((action) =>
        textsOf(Resource).map((resource) => ({ action, resource, condition: conditionText(Condition) })),
      )
    }),
  )
}

/** Its values are texts that CloudFormation puts together. */
function conditionText(condition: unknown): string {
  return condition === undefined ? '' : JSON.stringify(condition, (_, value) => asText(value))
}

function asText(value: unknown): unknown {
  const isFunction =
    typeof value === 'object' && value !== null && Object.keys(value).some((key) => /^(Fn::|Ref$)/.test(key))
  return isFunction ? textOf(value) : value
}

/** Who may take a role on, such as `lambda.amazonaws.com`, or the id of a role. */
export function trustedBy({ byId }: Synthesized, roleId: string): readonly string[] {
  const document = Document.parse(byId(roleId).Properties.AssumeRolePolicyDocument)
  return document.Statement.flatMap(({ Principal }) => {
    const { Service = [], AWS = [], ...others } = Principals.parse(Principal)
    return [
      ...textsOf(Service),
      ...textsOf(AWS).map((arn) => arn.replace(/^<([^.>]+).*>$/, '$1')),
      ...Object.keys(others),
    ]
  })
}

/** The logical id in `{ "Fn::GetAtt": [id, …] }` or `{ "Ref": id }`. */
export function idOf(value: unknown): string {
  return textOf(value).replace(/^<([^.>]+).*>$/, '$1')
}
