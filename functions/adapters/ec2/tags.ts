import { createHash } from 'node:crypto'
import type { Filter, Tag } from '@aws-sdk/client-ec2'
import type { ClusterRef, NodeRef } from '../../../shared/ports/hosts.ts'

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
export type Use = 'machine' | 'root' | 'data' | 'address' | 'securityGroup' | 'entrySecurityGroup' | 'entry'

/** The tags of a thing that is made for a node, or for a cluster as a whole. */
export function tagsOf(stage: string, owner: NodeRef | ClusterRef, use: Use, incarnation?: number): Tag[] {
  const { clusterId } = owner
  const name = ['weir', stage, clusterId, ...('nodeId' in owner ? [owner.nodeId] : [])].join('-')
  return namedTags(name, stage, owner, use, incarnation)
}

/** The same under a name of its own. */
export function namedTags(
  name: string,
  stage: string,
  owner: NodeRef | ClusterRef,
  use: Use,
  incarnation?: number,
): Required<Tag>[] {
  const { tenantId, clusterId } = owner
  const node = 'nodeId' in owner ? String(owner.nodeId) : undefined
  const tags: readonly (readonly [string, string])[] = [
    ['Name', name],
    [KEYS.managedBy, MANAGED_BY],
    [KEYS.stage, stage],
    [KEYS.tenant, tenantId],
    [KEYS.cluster, clusterId],
    ...(node === undefined ? [] : [[KEYS.node, node] as const]),
    [KEYS.use, use],
    ...(incarnation === undefined ? [] : [[KEYS.incarnation, String(incarnation)] as const]),
  ]
  return tags.map(([Key, Value]) => ({ Key, Value }))
}

/** What a search is about: a node, a cluster, or without either everything of the deployment. */
export type Scope = NodeRef | ClusterRef | undefined

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

/** The cluster that a thing was made for, if its tags say so. */
export function clusterOf(tags: readonly Tag[] | undefined): ClusterRef | undefined {
  const [tenantId, clusterId] = [tagValue(tags, KEYS.tenant), tagValue(tags, KEYS.cluster)]
  return tenantId === undefined || clusterId === undefined ? undefined : { tenantId, clusterId }
}

/** The node that a thing was made for, if its tags say so. */
export function nodeOf(tags: readonly Tag[] | undefined): NodeRef | undefined {
  const [cluster, node] = [clusterOf(tags), tagValue(tags, KEYS.node)]
  return cluster === undefined || node === undefined ? undefined : { ...cluster, nodeId: Number(node) }
}

const tagValue = (tags: readonly Tag[] | undefined, key: string) => tags?.find(({ Key }) => Key === key)?.Value

/** Which one of the node it is, counted from 1. */
export function incarnationOf(tags: readonly Tag[] | undefined): number {
  return Number(tags?.find(({ Key }) => Key === KEYS.incarnation)?.Value ?? 1)
}

/** The token under which EC2 makes a thing once only: 64 characters, the most it takes, of what the thing is. */
export function clientToken(stage: string, node: NodeRef, what: string, ...more: readonly (string | number)[]): string {
  const parts = [stage, node.tenantId, node.clusterId, node.nodeId, what, ...more]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
