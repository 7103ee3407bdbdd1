import type { ConfigRevision } from '../../../shared/contract/config-revision.ts'
import { changedKeys } from '../../../shared/kafka/config-change.ts'
import type { ClusterRecord } from '../../../shared/records/cluster.ts'
import type { OperationRecord } from '../../../shared/records/operation.ts'
import type { ConfigRevisionEntry } from '../../../shared/state/config-revisions.ts'

/** A revision of the Kafka configuration as its tenant sees it. */
export function configRevisionView(
  { clusterId, configRevision = 1 }: ClusterRecord,
  { revision, config, previous, requestedBy, operationId, createdAt }: ConfigRevisionEntry,
  state: OperationRecord['state'] | undefined,
): ConfigRevision {
  const changes = changedKeys(previous, config).map((key) => {
    const [from, to] = [previous[key], config[key]]
    return { key, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
  })
  return {
    revision,
    ordered: revision === configRevision,
    config: { ...config },
    changes,
    ...(state !== undefined && { state }),
    ...(requestedBy !== undefined && { requestedBy }),
    ...(operationId !== undefined && { operationId }),
    createdAt,
    links: {
      cluster: `/v1/clusters/${clusterId}`,
      restore: `/v1/clusters/${clusterId}/config-revisions/${revision}/actions/restore`,
      ...(operationId !== undefined && { operation: `/v1/operations/${operationId}` }),
    },
  }
}
