import { KAFKA_VERSION_NAMES } from '../catalogue/kafka-versions.ts'
import { isUnfinalised } from '../catalogue/level-changes.ts'
import { isOnPath, levelsBeyond } from '../catalogue/upgrade-paths.ts'
import { MAX_BROKERS, MIN_BROKERS } from '../contract/cluster-spec.ts'
import type { OperationType } from '../lifecycle/lifecycle.ts'
import { allowedActions } from '../lifecycle/transitions.ts'
import type { ClusterRecord } from '../records/cluster.ts'
import { finalisedLevels } from './finalised-levels.ts'

/**
 * What may be asked of a cluster now: what its status allows, without what would be refused whatever the request says, because of
 * what the cluster is.
 */
export function clusterActions(record: ClusterRecord): OperationType[] {
  const { status, health, activeOperationId } = record
  return allowedActions(status, health, activeOperationId !== undefined).filter((type) => SENSE[type]?.(record) ?? true)
}

/** Whether a kind of operation makes sense for a cluster; kinds that always do are not listed. */
const SENSE: Partial<Readonly<Record<OperationType, (cluster: ClusterRecord) => boolean>>> = {
  // What never came up has nothing to bring back.
  repairBrokers: ({ ledgerSequence }) => ledgerSequence > 0,
  expandBrokers: ({ spec }) => isDedicated(spec) && spec.brokers.count + spec.availabilityZones.length <= MAX_BROKERS,
  shrinkBrokers: ({ spec }) => isDedicated(spec) && spec.brokers.count - spec.availabilityZones.length >= MIN_BROKERS,
  upgradeKafka: (cluster) =>
    KAFKA_VERSION_NAMES.some(
      (version) =>
        version !== cluster.spec.kafkaVersion &&
        isOnPath(cluster.spec.kafkaVersion, version) &&
        levelsBeyond(version, finalisedLevels(cluster)).length === 0,
    ),
  finaliseUpgrade: (cluster) => isUnfinalised(finalisedLevels(cluster), cluster.spec.kafkaVersion),
  deleteCluster: ({ spec }) => !spec.deletionProtection,
}

const isDedicated = ({ topology }: ClusterRecord['spec']) => topology === 'dedicated'
