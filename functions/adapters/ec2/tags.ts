import { createHash } from 'node:crypto'
import type { Filter, Tag } from '@aws-sdk/client-ec2'
import type { NodeRef } from '../../../shared/ports/hosts.ts'

/** What everything that Weir makes on EC2 bears. The first two are on all of a deployment, whoever made it. */
const KEYS = {
  managedBy: 'managedBy',
  stage: 'weir:stage',
  tenant: 'weir:tenant',
  cluster: 'weir:cluster',
  node: 'weir:node',
  use: 'weir:use',
  incarnation: 'weir:incarnation',
} as const

const MANAGED_BY = 'weir'

/** What a thing is there for. A root volume belongs to its machine: it comes and goes with it. */
export type Use = 'machine' | 'root' | 'data' | 'address'

/** The tags of a thing that is made for a node. */
export function tagsOf(stage: string, node: NodeRef, use: Use, incarnation?: number): Tag[] {
  const tags: readonly (readonly [string, string])[] = [
    ['Name', `weir-${stage}-${node.clusterId}-${node.nodeId}`],
    [KEYS.managedBy, MANAGED_BY],
    [KEYS.stage, stage],
    [KEYS.tenant, node.tenantId],
    [KEYS.cluster, node.clusterId],
    [KEYS.node, String(node.nodeId)],
    [KEYS.use, use],
    ...(incarnation === undefined ? [] : [[KEYS.incarnation, String(incarnation)] as const]),
  ]
  return tags.map(([Key, Value]) => ({ Key, Value }))
}

/** What a search is about: a node, a cluster, or without either everything of the deployment. */
export type Scope = NodeRef | Pick<NodeRef, 'tenantId' | 'clusterId'> | undefined

/** Finds by tag what was made for a purpose; never by our own records, which may know less than there is. */
export function filtersFor(stage: string, use: Use, scope: Scope): Filter[] {
  const tags: readonly (readonly [string, string])[] = [
    [KEYS.managedBy, MANAGED_BY],
    [KEYS.stage, stage],
    [KEYS.use, use],
    ...(scope === undefined ? [] : [[KEYS.tenant, scope.tenantId] as const, [KEYS.cluster, scope.clusterId] as const]),
    ...(scope !== undefined && 'nodeId' in scope ? [[KEYS.node, String(scope.nodeId)] as const] : []),
  ]
  return tags.map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }))
}

/** The node that a thing was made for, if its tags say so. */
export function nodeOf(tags: readonly Tag[] | undefined): NodeRef | undefined {
  const value = (key: string) => tags?.find(({ Key }) => Key === key)?.Value
  const [tenantId, clusterId, node] = [value(KEYS.tenant), value(KEYS.cluster), value(KEYS.node)]
  if (tenantId === undefined || clusterId === undefined || node === undefined) return undefined
  return { tenantId, clusterId, nodeId: Number(node) }
}

/** Which one of the node it is, counted from 1. */
export function incarnationOf(tags: readonly Tag[] | undefined): number {
  return Number(tags?.find(({ Key }) => Key === KEYS.incarnation)?.Value ?? 1)
}

/** The token under which EC2 makes a thing once only: 64 characters, the most it takes, of what the thing is. */
export function clientToken(stage: string, node: NodeRef, what: string, ...more: readonly (string | number)[]): string {
  const parts = [stage, node.tenantId, node.clusterId, node.nodeId, what, ...more]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
