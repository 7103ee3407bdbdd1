import type { Stack } from 'aws-cdk-lib'
import { functionCode } from './bundle.ts'
import type { DeploymentConfig } from './config.ts'
import type { DataStack } from './data-stack.ts'
import { machineArns } from './machine-arns.ts'
import type { NetworkStack } from './network-stack.ts'
import { publicEntryOf } from './public-entry.ts'
import type { FunctionSurroundings } from './weir-function.ts'

/** What functions are made from, whichever stack they are in. */
export interface SurroundingsParts {
  readonly config: DeploymentConfig
  readonly data: DataStack
  readonly network: NetworkStack
}

/** What all functions of a stack share; a fleet comes only to those that come after its launch templates. */
export function surroundingsOf(stack: Stack, { config, data, network }: SurroundingsParts): FunctionSurroundings {
  return {
    config,
    network,
    code: functionCode(),
    resources: {
      table: data.table,
      bus: data.bus,
      machines: machineArns(stack, config.stage),
      authorityKey: data.authorityKey,
      ...(config.authority.kind === 'privateCa' && { privateCaArn: config.authority.arn }),
      ...(config.dns && { dns: config.dns }),
      ...publicEntryOf(stack, config, network),
    },
  }
}
