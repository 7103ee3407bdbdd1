import type { APIGatewayProxyEvent } from 'aws-lambda'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { z } from 'zod'
import type { HostIdentity } from '../functions/host-api/identity.ts'
import { HOST_AUDIENCE, type Issuer, LOCAL_ISSUER } from './issuer.ts'

const Claims = z.object({ sub: z.string(), tenant: z.string(), cluster: z.string(), node: z.int() })

/** Finds the calling host by the token that its machine was switched on with; the place of the instance's IAM session. */
export function identifyHost(issuer: Issuer): (event: APIGatewayProxyEvent) => Promise<HostIdentity | undefined> {
  const keySet = createLocalJWKSet({ keys: [...issuer.jwks.keys] })
  return async (event) => {
    const token = event.headers.authorization?.match(/^Bearer (\S+)$/)?.[1]
    if (token === undefined) return undefined
    try {
      const { payload } = await jwtVerify(token, keySet, { issuer: LOCAL_ISSUER, audience: HOST_AUDIENCE })
      const { sub, tenant, cluster, node } = Claims.parse(payload)
      return { tenantId: tenant, clusterId: cluster, nodeId: node, instanceId: sub }
    } catch {
      return undefined
    }
  }
}
