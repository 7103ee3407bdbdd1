import { z } from 'zod'
import { FUNCTION_KINDS, type FunctionKind } from '../../shared/deployment/environment.ts'
import { withEc2Ids } from './ec2-ids.ts'
import { textOf } from './intrinsics.ts'
import { idOf, permissionsOf } from './policies.ts'
import type { Synthesized } from './synthesized.ts'

const Properties = z.looseObject({
  FunctionName: z.string(),
  Handler: z.string(),
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Timeout: z.number(),
  MemorySize: z.number(),
  TracingConfig: z.object({ Mode: z.string() }),
  LoggingConfig: z.looseObject({ LogGroup: z.unknown() }),
  Role: z.unknown(),
  VpcConfig: z.looseObject({ SecurityGroupIds: z.array(z.unknown()), SubnetIds: z.array(z.unknown()) }).optional(),
  Code: z.looseObject({ S3Key: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
})

/** One deployed function: what it is told, what it may do and how it is set up. */
export interface DeployedFunction {
  readonly id: string
  readonly name: string
  readonly kind: FunctionKind
  readonly variables: Readonly<Record<string, string>>
  readonly ports: readonly string[]
  /** What its code may do. */
  readonly actions: readonly string[]
  readonly properties: z.output<typeof Properties>
  readonly roleId: string
}

/** Every function of the deployment. */
export function deployedFunctions(synthesized: Synthesized): readonly DeployedFunction[] {
  return synthesized.all('AWS::Lambda::Function').map(({ id, Properties: raw }) => {
    const properties = Properties.parse(raw)
    const kind = FUNCTION_KINDS.find((known) => properties.Handler === `${known}.handler`)
    if (!kind) throw new Error(`${id} has the handler ${properties.Handler}`)
    const variables = Object.fromEntries(
      Object.entries(properties.Environment.Variables).map(([name, value]) => [
        name,
        name === 'WEIR_FLEET' ? withEc2Ids(synthesized, textOf(value)) : textOf(value),
      ]),
    )
    const roleId = idOf(properties.Role)
    return {
      id,
      name: properties.FunctionName.replace(`weir-${synthesized.config.stage}-`, ''),
      kind,
      variables,
      ports: (variables.WEIR_PORTS ?? '').split(',').filter((port) => port !== ''),
      actions: [...new Set(permissionsOf(synthesized, roleId).map(({ action }) => action))],
      properties,
      roleId,
    }
  })
}
