import type { InstanceType } from '../catalogue/instance-types.ts'
import type { KafkaVersion } from '../catalogue/kafka-versions.ts'
import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { InboundRule } from '../network/inbound-rules.ts'
import type { Role } from '../placement/place-nodes.ts'

/** Names a cluster and, through its tags, everything that was made for it. */
export interface ClusterRef {
  readonly tenantId: string
  readonly clusterId: string
}

/** Names a node and, through its tags, everything that was made for it. */
export interface NodeRef extends ClusterRef {
  readonly nodeId: number
}

/** What kind of machine a node needs. */
export interface HostSpec extends NodeRef {
  readonly zone: string
  /** What the node does, and so what its machine is made from. */
  readonly roles: readonly Role[]
  readonly instanceType: InstanceType
  readonly volumeGiB: number
  /** The release that the machine is prepared with. */
  readonly kafkaVersion: KafkaVersion
  /** Grows with each replacement of the machine: part of the client token, so that a repeat finds the same one. */
  readonly incarnation: number
  /** Grows with each replacement of a lost volume by an empty one: part of the volume's client token. */
  readonly volumeIncarnation: number
}

interface Resource {
  readonly id: string
  readonly state: 'Pending' | 'Running' | 'Stopped' | 'Gone'
  /** When it was made, where the fleet tells. */
  readonly madeAt?: string
}

/** What lets clients reach a cluster, and keeps all others out. */
export interface SecurityGroupResource extends ClusterRef, Resource {
  readonly kind: 'securityGroup'
  /** Who may reach the clients' listener, as the fleet knows it; told where one cluster is asked about. */
  readonly inbound?: readonly InboundRule[]
}

/** A thing that was made for a node. */
export interface HostResource extends NodeRef, Resource {
  readonly kind: 'instance' | 'volume' | 'address'
  /** What it is like, where the fleet tells: of a machine its type in the fleet's own words. */
  readonly instanceType?: string
  /** Of a machine: which one of its node it is, counted from 1. */
  readonly incarnation?: number
  /** Of a volume. */
  readonly volumeGiB?: number
  readonly volumeType?: string
  readonly encrypted?: boolean
  /** The machine that a volume is attached to; empty where it is attached to none. */
  readonly attachedTo?: string
  /** Of an address: the address itself. */
  readonly address?: string
}

/** A thing that was made for a cluster and carries our tags. */
export type FleetResource = HostResource | SecurityGroupResource

/** Tells what was made for a node from what was made for its cluster. */
export function isOfNode(resource: FleetResource): resource is HostResource {
  return resource.kind !== 'securityGroup'
}

/**
 * Machines for brokers. Every `ensure` finds its own earlier effect by client token and tags; every `remove` treats
 * "not found" as done and resolves only when the thing is gone. NO_CAPACITY when the zone has no machine.
 */
export interface HostFleet {
  /**
   * The cluster has a security group that lets its nodes reach each other and these ranges the clients' listener, and nobody
   * anything else. A rule that is there and shall stay is never missing meanwhile. Addresses that the cluster has bear the group.
   * With public access there is one more for the public entry, with the same ranges.
   */
  ensureSecurityGroup(
    cluster: ClusterRef,
    inbound: readonly InboundRule[],
    access?: ClusterSpec['network']['access'],
  ): Promise<{ readonly securityGroupId: string }>
  /** Resolves once it is gone, which takes that no address bears it any more. */
  removeSecurityGroup(cluster: ClusterRef): Promise<void>
  /** The stable address of the node, kept over replacements: an ENI's private IP, or 127.x.y.z. It bears the security group. */
  ensureAddress(node: NodeRef & { readonly zone: string }): Promise<{ readonly address: string }>
  /** A node has one volume at most; one that is there stays, whatever incarnation is asked for. */
  ensureVolume(spec: HostSpec): Promise<{ readonly volumeId: string }>
  /** A release can be had by every host; where the hosts fetch it themselves, there is nothing to do. */
  stageRelease(version: KafkaVersion): Promise<void>
  /** A machine with that volume and address, switched on, its agent on its way to attach. */
  ensureInstance(spec: HostSpec, volumeId: string, address: string): Promise<{ readonly instanceId: string }>
  /**
   * The node's volume has at least the size of the spec; what is larger stays. A size that was asked for before is not asked
   * for again. `changeableAt` tells when the fleet takes the next change of this volume, where it sets such a time.
   */
  growVolume(spec: HostSpec): Promise<{ readonly changeableAt?: string }>
  /** With an incarnation only machines up to that one: a call that comes late must not take the one that replaced them. */
  removeInstance(node: NodeRef, upToIncarnation?: number): Promise<void>
  /** With a volume's id only that one: a call that comes late must not take the one that replaced it. */
  removeVolume(node: NodeRef, volumeId?: string): Promise<void>
  removeAddress(node: NodeRef): Promise<void>
  /** Tells of a volume by its id whether it is there, where a list may leave out for a moment what is. */
  hasVolume?(volumeId: string): Promise<boolean>
  /** Everything that exists for a cluster, found by tag and not by our own records. */
  list(tenantId: string, clusterId: string): Promise<readonly FleetResource[]>
  /** The same for all clusters, where the fleet may hold more than any record of ours knows of. */
  listAll?(): Promise<readonly FleetResource[]>
}
