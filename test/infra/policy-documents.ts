import { Policy } from '../emulator/iam/policy.ts'
import { textOf, textsOf } from './intrinsics.ts'
import type { Synthesized } from './synthesized.ts'

/** The policies attached to a role, as IAM would be given them: to be judged. */
export function policyDocuments({ all }: Synthesized, roleId: string): readonly Policy[] {
  return all('AWS::IAM::Policy')
    .filter(({ Properties: { Roles } }) => textsOf(Roles).includes(`<${roleId}>`))
    .map(({ Properties: { PolicyDocument } }) => toPolicy(PolicyDocument))
}

/** Who may take a role on, and on what terms. */
export function trustDocument({ byId }: Synthesized, roleId: string): Policy {
  return toPolicy(byId(roleId).Properties.AssumeRolePolicyDocument)
}

/** A policy of a template with all that CloudFormation puts together as texts. */
export function toPolicy(document: unknown): Policy {
  return Policy.parse(resolved(document))
}

/** The ARN of the one resource of a type, as these policies name it. */
export function textOfArn({ all }: Synthesized, type: string): string {
  const [only, ...others] = all(type)
  if (!only || others.length > 0) throw new Error(`there is not one ${type}`)
  return madeArn(only.id)
}

/** Stands for the ARN that only AWS knows, of what has a logical id. */
export function madeArn(id: string): string {
  return `arn:aws:made:eu-central-1:123456789012:thing/${id}`
}

function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved)
  if (typeof value !== 'object' || value === null) return value
  const [only, ...others] = Object.keys(value)
  if (only !== undefined && others.length === 0 && /^(Fn::|Ref$)/.test(only)) {
    return textOf(value).replace(/^<([^.>]+)\.(\w*)Arn>/, (_, id: string, part: string) => madeArn(id) + part)
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part)]))
}
