import type { Json } from '../ports/store.ts'

/** The kinds of event; a number is raised only for a change of shape that is not additive. */
export const EVENT_TYPES = [
  'kafka.cluster.created.v1',
  'kafka.cluster.updated.v1',
  'kafka.cluster.state_changed.v1',
  'kafka.cluster.health_changed.v1',
  'kafka.cluster.drift_detected.v1',
  'kafka.cluster.drift_resolved.v1',
  'kafka.cluster.support_changed.v1',
  'kafka.cluster.feature_finalised.v1',
  'kafka.cluster.kept.v1',
  'kafka.cluster.deleted.v1',
  'kafka.broker.state_changed.v1',
  'kafka.broker.health_changed.v1',
  'kafka.broker.repair_held.v1',
  'kafka.operation.created.v1',
  'kafka.operation.started.v1',
  'kafka.operation.succeeded.v1',
  'kafka.operation.failed.v1',
  'kafka.operation.cancelled.v1',
  'kafka.operation.paused.v1',
  'kafka.operation.resumed.v1',
  'kafka.maintenance.scheduled.v1',
  'kafka.maintenance.held.v1',
  'kafka.maintenance.started.v1',
  'kafka.maintenance.completed.v1',
  'kafka.storage.threshold_crossed.v1',
  'kafka.storage.limit_reached.v1',
  'kafka.topic.created.v1',
  'kafka.user.created.v1',
  'kafka.user.deleted.v1',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/**
 * An event in the CloudEvents 1.0 JSON form, as stored, published on the bus and answered by `GET /v1/events`.
 * `sequence` is gapless per cluster, twelve digits so that it also sorts as text; a consumer drops what it has seen.
 */
export interface EventRecord {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: EventType
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly tenantid: string
  readonly sequence: string
  readonly partitionkey: string
  readonly data: { readonly clusterId: string; readonly [key: string]: Json | undefined }
}

/** The `source` of every event on an EventBridge bus, which its rules match; names that begin with `aws.` are Amazon's. */
export const BUS_EVENT_SOURCE = 'weir'
