import { Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/** Accepts findings of the rule pack on a construct and what is inside it; the reason goes into the assembly. */
export function acknowledge(construct: IConstruct, reason: string, ...ids: readonly string[]): void {
  for (const id of ids) Validations.of(construct).acknowledge({ id: `AwsSolutions-${id}`, reason })
}

/** The same for what the CDK's own linter of templates warns of. */
export function acknowledgeLint(construct: IConstruct, reason: string, rule: string): void {
  Validations.of(construct).acknowledge({ id: `CloudFormation-Validate::${rule}`, reason })
}
