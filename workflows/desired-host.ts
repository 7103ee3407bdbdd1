import { type KafkaVersion, metadataVersionName } from '../shared/catalogue/kafka-versions.ts'
import { DomainError } from '../shared/errors/domain-error.ts'
import type { DesiredHost } from '../shared/host-protocol/desired.ts'
import { publicPort } from '../shared/network/public-access.ts'
import { isSame } from '../shared/planner/same.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import type { HostRecord } from '../shared/records/host.ts'
import { finalisedLevels } from '../shared/state/finalised-levels.ts'
import { nodeVersion } from '../shared/state/node-version.ts'

/** The part of a desired state that is compared: without what changes with every writing of it. */
export type DesiredContent = Omit<DesiredHost, 'generation' | 'revision'>

/**
 * All that a host of this cluster shall be, from the cluster's spec and the addresses of its nodes. It runs the release that it
 * has, unless it is to get another `version`.
 */
export function desiredContent(
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
  nodeId: number,
  processState: 'Running' | 'Stopped',
  restartNonce = 1,
  version?: KafkaVersion,
): DesiredContent {
  const node = brokers.find((broker) => broker.nodeId === nodeId)
  if (!node) throw new DomainError('BROKER_NOT_FOUND', `Cluster ${cluster.clusterId} has no broker ${nodeId}.`)
  return {
    clusterId: cluster.clusterId,
    nodeId,
    roles: [...node.roles],
    address: addressOf(node),
    ...(node.name !== undefined && { clientHost: node.name }),
    ...(node.publicName !== undefined && { publicEndpoint: { host: node.publicName, port: publicPort(nodeId) } }),
    zone: node.zone,
    volumeGiB: node.volumeGiB,
    instanceType: cluster.spec.brokers.instanceType,
    certificateNonce: 1,
    kafka: {
      version: version ?? nodeVersion(cluster, node),
      // A node on an empty volume joins what the others have, whatever newer levels its release knows.
      metadataVersion: metadataVersionName(finalisedLevels(cluster)),
      clusterUuid: cluster.kafkaClusterUuid,
      voters: brokers
        .filter(({ roles }) => roles.includes('controller'))
        .map((voter) => ({ nodeId: voter.nodeId, host: addressOf(voter) })),
      brokerCount: brokers.filter(({ roles }) => roles.includes('broker')).length,
      config: cluster.spec.config,
      processState,
      restartNonce,
    },
  }
}

function addressOf(broker: BrokerRecord): string {
  if (broker.address === undefined) throw new DomainError('HOST_NOT_READY', `Node ${broker.nodeId} has no address yet.`)
  return broker.address
}

/** What a host shall be, apart from whom it is told and under which number. */
export function contentOf({ generation: _generation, revision: _revision, ...content }: DesiredHost): DesiredContent {
  return content
}

function toldContent({ nodeId, desired }: HostRecord): DesiredContent {
  if (!desired) throw new DomainError('HOST_NOT_READY', `Node ${nodeId} was never told what it shall be.`)
  return contentOf(desired)
}

/** What the host shall be, without Kafka running on it from that moment on, or at once. A wish that it stop stays as it is. */
export function stoppedContent(host: HostRecord, stopAt?: string): DesiredContent {
  const { retiredBootId: _reboot, ...content } = toldContent(host)
  if (content.kafka.processState === 'Stopped') return content
  return { ...content, kafka: { ...content.kafka, processState: 'Stopped', ...(stopAt !== undefined && { stopAt }) } }
}

/** The same host without Kafka running on it: for a node whose volume is lost, and while a new one is empty. */
export function heldBack(host: HostRecord): HostRecord {
  if (!host.desired) return host
  const content = contentOf(host.desired)
  const { stopAt: _moment, ...running } = content.kafka
  const kafka = { ...running, processState: 'Stopped' } as const
  return { ...host, desired: nextDesired(host.desired, host.generation, { ...content, kafka }) }
}

/** What the host was to be before, with Kafka running or stopped; nothing else of it changes. */
export function withProcess(host: HostRecord, processState: 'Running' | 'Stopped'): DesiredContent {
  const content = toldContent(host)
  const { stopAt: _moment, ...kafka } = content.kafka
  return { ...content, kafka: { ...kafka, processState } }
}

/**
 * What the host was to be before, with Kafka started anew; under the same mark that happens once. A reboot that never came is
 * not wished for any more: whoever repairs wants the host to serve.
 */
export function relaunchedContent(host: HostRecord, mark: string): DesiredContent {
  const { retiredBootId: _reboot, ...content } = toldContent(host)
  // What a failed operation had prepared is in nobody's way here.
  const { candidateConfig: _config, candidateVersion: _version, stopAt: _moment, ...kafka } = content.kafka
  const restartNonce = host.restartedFor === mark ? kafka.restartNonce : kafka.restartNonce + 1
  return { ...content, kafka: { ...kafka, processState: 'Running', restartNonce } }
}

/** The desired state under a new revision, or the old one where nothing in it changes: writing it twice is writing it once. */
export function nextDesired(before: DesiredHost | undefined, generation: number, content: DesiredContent): DesiredHost {
  if (before && isSame(contentOf(before), content)) return before
  return { generation, revision: (before?.revision ?? 0) + 1, ...content }
}
