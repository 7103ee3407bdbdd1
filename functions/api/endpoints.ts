import type { RouteName, Routes } from '../../shared/contract/routes.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { cancelOperation } from './cancel-operation.ts'
import { createCluster } from './create-cluster.ts'
import { createRebalanceProposal } from './create-rebalance-proposal.ts'
import { createTopic } from './create-topic.ts'
import { createUser } from './create-user.ts'
import { deleteCluster } from './delete-cluster.ts'
import { deleteUser } from './delete-user.ts'
import type { Endpoint } from './endpoint.ts'
import { finaliseUpgrade } from './finalise-upgrade.ts'
import { getBroker } from './get-broker.ts'
import { getCatalog } from './get-catalog.ts'
import { getCluster } from './get-cluster.ts'
import { getError } from './get-error.ts'
import { getOpenApi } from './get-open-api.ts'
import { getOperation } from './get-operation.ts'
import { getQuotas } from './get-quotas.ts'
import { getRebalanceProposal } from './get-rebalance-proposal.ts'
import { getTopic } from './get-topic.ts'
import { getUser } from './get-user.ts'
import { listBrokers } from './list-brokers.ts'
import { listClusterOperations } from './list-cluster-operations.ts'
import { listClusters } from './list-clusters.ts'
import { listConfigRevisions } from './list-config-revisions.ts'
import { listErrors } from './list-errors.ts'
import { listEvents } from './list-events.ts'
import { listMaintenance } from './list-maintenance.ts'
import { listOperations } from './list-operations.ts'
import { listRebalanceMoves } from './list-rebalance-moves.ts'
import { listTopics } from './list-topics.ts'
import { listUsers } from './list-users.ts'
import { patchCluster } from './patch-cluster.ts'
import { pauseOperation } from './pause-operation.ts'
import { planChange } from './plan-change.ts'
import { postponeMaintenance } from './postpone-maintenance.ts'
import { rebalanceCluster } from './rebalance-cluster.ts'
import { repairBroker } from './repair-broker.ts'
import { restartBroker } from './restart-broker.ts'
import { restartCluster } from './restart-cluster.ts'
import { restoreCluster } from './restore-cluster.ts'
import { restoreConfigRevision } from './restore-config-revision.ts'
import { resumeOperation } from './resume-operation.ts'
import { startCluster } from './start-cluster.ts'
import { startMaintenance } from './start-maintenance.ts'
import { stopCluster } from './stop-cluster.ts'

/** The endpoint of every route: one that is missing, or stands under another's name, does not compile. */
export const ENDPOINTS = {
  createCluster,
  listClusters,
  getCluster,
  patchCluster,
  planChange,
  listConfigRevisions,
  restoreConfigRevision,
  listMaintenance,
  postponeMaintenance,
  startMaintenance,
  finaliseUpgrade,
  deleteCluster,
  listBrokers,
  getBroker,
  restartCluster,
  restartBroker,
  repairBroker,
  stopCluster,
  startCluster,
  createRebalanceProposal,
  getRebalanceProposal,
  listRebalanceMoves,
  rebalanceCluster,
  restoreCluster,
  listOperations,
  getOperation,
  listClusterOperations,
  pauseOperation,
  resumeOperation,
  cancelOperation,
  listTopics,
  getTopic,
  createTopic,
  listUsers,
  getUser,
  createUser,
  deleteUser,
  listEvents,
  getCatalog,
  getQuotas,
  listErrors,
  getError,
  getOpenApi,
} satisfies { readonly [K in RouteName]: Endpoint<Routes[K]> }

/** The ports that the endpoints need, all together, with those that answering any request takes. */
export type EndpointPort = Routes[RouteName]['needs'][number]
export type EndpointPorts = Needed<EndpointPort>
