import type { Route } from './route.ts'
import { getBroker, listBrokers, repairBroker, restartBroker, restartCluster } from './routes/brokers.ts'
import { patchCluster, planChange } from './routes/changes.ts'
import { createCluster, deleteCluster, getCluster, listClusters } from './routes/clusters.ts'
import { listConfigRevisions, restoreConfigRevision } from './routes/config-revisions.ts'
import { listEvents } from './routes/events.ts'
import { finaliseUpgrade } from './routes/finalise.ts'
import { listMaintenance, postponeMaintenance, startMaintenance } from './routes/maintenance.ts'
import {
  cancelOperation,
  getOperation,
  listClusterOperations,
  listOperations,
  pauseOperation,
  resumeOperation,
} from './routes/operations.ts'
import { restoreCluster, startCluster, stopCluster } from './routes/power.ts'
import {
  createRebalanceProposal,
  getRebalanceProposal,
  listRebalanceMoves,
  rebalanceCluster,
} from './routes/rebalance.ts'
import { getCatalog, getError, getOpenApi, getQuotas, listErrors } from './routes/reference.ts'
import { createTopic, getTopic, listTopics } from './routes/topics.ts'
import { createUser, deleteUser, getUser, listUsers } from './routes/users.ts'

/** Keeps the key and the name of each route the same: another name under a key does not compile. */
function routeTable<const T extends { readonly [K in keyof T]: Route & { readonly name: K } }>(table: T): T {
  return table
}

/** Every endpoint of the tenant API. Router, OpenAPI, API Gateway, scopes and CLI loop over it. */
export const ROUTES = routeTable({
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
})

/** The table's type, from which an endpoint takes the types of its route. */
export type Routes = typeof ROUTES

/** The name of a route. */
export type RouteName = keyof Routes

/** The names, in the order of the table. */
export const ROUTE_NAMES = Object.keys(ROUTES) as readonly RouteName[]
