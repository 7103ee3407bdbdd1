import type { OfferedOperation } from '../shared/lifecycle/lifecycle.ts'
import { createCluster } from './create-cluster.ts'
import { deleteCluster } from './delete-cluster.ts'
import { expandBrokers } from './expand-brokers.ts'
import { extendVolumes } from './extend-volumes.ts'
import { finaliseUpgrade } from './finalise-upgrade.ts'
import { rebalanceCluster } from './rebalance-cluster.ts'
import { rebootBrokers } from './reboot-brokers.ts'
import { repairBrokers } from './repair-brokers.ts'
import { restoreCluster } from './restore-cluster.ts'
import { shrinkBrokers } from './shrink-brokers.ts'
import { startCluster } from './start-cluster.ts'
import { stopCluster } from './stop-cluster.ts'
import { updateCluster } from './update-cluster.ts'
import { updateConfig } from './update-config.ts'
import { updateNetwork } from './update-network.ts'
import { upgradeKafka } from './upgrade-kafka.ts'
import type { Workflow } from './workflow.ts'

/** The workflow of every operation that the lifecycle offers: an offered one without a workflow does not compile. */
export const WORKFLOWS = {
  createCluster,
  deleteCluster,
  rebootBrokers,
  expandBrokers,
  extendVolumes,
  updateConfig,
  updateNetwork,
  updateCluster,
  repairBrokers,
  upgradeKafka,
  stopCluster,
  startCluster,
  rebalanceCluster,
  finaliseUpgrade,
  restoreCluster,
  shrinkBrokers,
} as const satisfies Record<OfferedOperation, Workflow>
