import { randomUUID } from 'node:crypto'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { vi } from 'vitest'
import { z } from 'zod'
import { openTenantTable } from '../../../functions/adapters/dynamo-table.ts'
import { systemClock } from '../../../functions/adapters/system-clock.ts'
import { tenantSession } from '../../../functions/adapters/tenant-session.ts'
import type { Store } from '../../../shared/ports/store.ts'
import type { RunningAssembly } from './run-assembly.ts'

const Deployed = z.looseObject({
  FunctionName: z.string().endsWith('-writeApi'),
  Role: z.string(),
  Environment: z.object({ Variables: z.looseObject({ WEIR_TABLE: z.string(), WEIR_TENANT_ROLE_ARN: z.string() }) }),
})

/** What the function that answers orders would get for a tenant: the table by that tenant's session. */
export async function sessionOf(
  { deployment, identities, front }: RunningAssembly,
  tenantId: string,
): Promise<{ readonly store: Store; readonly untagged: () => Promise<unknown> }> {
  const [found] = deployment
    .all('AWS::Lambda::Function')
    .flatMap(({ properties }) => Deployed.safeParse(properties).data ?? [])
  if (!found) throw new Error('there is no function that answers orders')
  const { WEIR_TABLE, WEIR_TENANT_ROLE_ARN: roleArn } = found.Environment.Variables
  vi.stubEnv('AWS_ENDPOINT_URL', front.endpoint)
  vi.stubEnv('AWS_REGION', deployment.region)
  const name = `${found.FunctionName} with a defect`
  const [accessKeyId, secretAccessKey] = [`AKIA${randomUUID()}`, randomUUID()]
  const caller = { name, roleName: found.Role.replace(/^.*\//, ''), sessionName: found.FunctionName }
  identities.add(accessKeyId, { caller, secretAccessKey })
  const client = new STSClient({ credentials: { accessKeyId, secretAccessKey } })
  return {
    store: openTenantTable(WEIR_TABLE, tenantSession({ client, roleArn, tenantId, clock: systemClock }), systemClock),
    untagged: () => client.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'untagged' })),
  }
}
