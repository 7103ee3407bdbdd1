import type { APIGatewayProxyEvent } from 'aws-lambda'
import { TENANT_ID } from '../../shared/records/ids.ts'
import type { Identify } from '../host-api/handler.ts'

/** Where a host says which node it believes to be: `tenant/cluster/node id`. */
const NODE_HEADER = 'x-weir-node'

const NODE = /^([^/]+)\/(clu_[0-9A-HJKMNP-TV-Z]{26})\/(0|[1-9][0-9]{0,4})$/

/** The session of an instance profile: its name is the id of the instance, set by EC2 and by nobody else. */
const SESSION = /^arn:aws[a-z-]*:sts::[0-9]{12}:assumed-role\/([^/]+)\/(i-[0-9a-f]{8,17})$/

/**
 * Finds the calling host by its IAM session. Only the instance's id is proven by it; which node it is, the host claims,
 * and the host API lets the claim pass only where that node's record names this very instance. `hostRole` must be a role
 * that nobody but EC2 may assume.
 */
export function identifyInstance(hostRole: string): Identify {
  return async ({ requestContext, headers }: APIGatewayProxyEvent) => {
    const [, role, instanceId] = SESSION.exec(requestContext.identity?.userArn ?? '') ?? []
    if (role !== hostRole || instanceId === undefined) return undefined
    const claim = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === NODE_HEADER)?.[1]
    const [, tenantId, clusterId, nodeId] = NODE.exec(claim ?? '') ?? []
    if (tenantId === undefined || clusterId === undefined || !TENANT_ID.test(tenantId)) return undefined
    return { tenantId, clusterId, nodeId: Number(nodeId), instanceId }
  }
}
