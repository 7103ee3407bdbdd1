/** What a code means to a caller: the HTTP status, a fixed title, and whether the same request may succeed later. */
interface ErrorRow {
  readonly status: number
  readonly title: string
  readonly retryable?: true
}

/**
 * Every error Weir shows to anyone. The code is the problem document's `code`, the metric's name, the error name that a
 * workflow catches, and a row of `GET /v1/errors`.
 */
export const ERRORS = {
  MALFORMED_JSON: { status: 400, title: 'The body is not valid JSON' },
  INVALID_PARAMETER: { status: 400, title: 'A path, query or header parameter breaks its rule' },
  IDEMPOTENCY_KEY_MISSING: { status: 400, title: 'Idempotency-Key is required on POST' },
  INVALID_PAGE_TOKEN: { status: 400, title: 'The page token is not one that this list returned' },
  UNAUTHENTICATED: { status: 401, title: 'A valid bearer token is required' },
  FORBIDDEN: { status: 403, title: 'The token lacks the scope for this call' },
  QUOTA_EXCEEDED: { status: 403, title: 'A limit of the tenant would be exceeded' },
  ROUTE_NOT_FOUND: { status: 404, title: 'No such path' },
  CLUSTER_NOT_FOUND: { status: 404, title: 'No such cluster' },
  BROKER_NOT_FOUND: { status: 404, title: 'No such broker' },
  OPERATION_NOT_FOUND: { status: 404, title: 'No such operation' },
  TOPIC_NOT_FOUND: { status: 404, title: 'No such topic' },
  USER_NOT_FOUND: { status: 404, title: 'No such user' },
  CONFIG_REVISION_NOT_FOUND: { status: 404, title: 'No such revision of the Kafka configuration' },
  PROPOSAL_NOT_FOUND: { status: 404, title: 'No such proposal of a rebalance, or it has expired' },
  MAINTENANCE_NOT_FOUND: { status: 404, title: 'No such maintenance' },
  ERROR_CODE_NOT_FOUND: { status: 404, title: 'No such error code' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The path exists, but not with this method' },
  NOT_ACCEPTABLE: { status: 406, title: 'Only JSON can be answered' },
  NAME_TAKEN: { status: 409, title: 'The name is in use' },
  OPERATION_IN_PROGRESS: { status: 409, title: 'Another operation is running on this cluster', retryable: true },
  STATUS_NOT_ALLOWED: { status: 409, title: 'The status of the cluster does not allow this operation' },
  OPERATION_NOT_CONTROLLABLE: { status: 409, title: 'The state of the operation does not allow this' },
  DATA_LOSS_NOT_ACCEPTED: { status: 409, title: 'Records would be lost, and nobody has accepted that' },
  QUORUM_AT_RISK: { status: 409, title: 'The other controllers may not know all that the lost one knew' },
  STALE_REGISTRATION: { status: 409, title: 'Kafka knows brokers that the cluster does not have' },
  VOLUME_CHANGE_TOO_SOON: { status: 409, title: 'The volumes were changed too recently', retryable: true },
  PROPOSAL_OUTDATED: { status: 409, title: 'The replicas are no longer where the proposal was made from' },
  MOVES_IN_PROGRESS: { status: 409, title: 'Kafka is moving replicas already', retryable: true },
  MAINTENANCE_NOT_POSTPONABLE: { status: 409, title: 'The maintenance cannot be put off any further' },
  MAINTENANCE_STARTED: { status: 409, title: 'The maintenance has begun, or is over' },
  BROKER_NOT_EMPTY: { status: 409, title: 'The broker holds replicas' },
  MIXED_VERSIONS: { status: 409, title: 'The nodes do not all run one release of Kafka' },
  NODES_NOT_SERVING: { status: 409, title: 'Not every node of the cluster serves', retryable: true },
  LEVEL_NOT_SUPPORTED: { status: 409, title: 'Not every node supports the level of a feature' },
  REPLICAS_NOT_IN_SYNC: { status: 409, title: 'Partitions have too few replicas in sync for this', retryable: true },
  REPLICAS_WOULD_NOT_FIT: { status: 409, title: 'The brokers that stay could not hold all replicas' },
  DISK_WOULD_NOT_FIT: { status: 409, title: 'The volumes of the brokers that stay are too small' },
  DELETION_PROTECTED: { status: 409, title: 'The cluster is protected against deletion' },
  IDEMPOTENCY_IN_PROGRESS: { status: 409, title: 'The first request with this key is still running', retryable: true },
  TOPIC_EXISTS: { status: 409, title: 'A topic of this name exists' },
  USER_EXISTS: { status: 409, title: 'A user of this name exists' },
  STALE_GENERATION: { status: 409, title: 'A newer process has taken over this host' },
  CURSOR_EXPIRED: { status: 410, title: 'The cursor is older than the events kept' },
  NO_SPARE_REPLICA: { status: 409, title: 'Topics would have no replica to spare' },
  PRECONDITION_FAILED: { status: 412, title: 'The resource has changed since the ETag was read' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is larger than allowed' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body must be application/json' },
  INVALID_FIELD: { status: 422, title: 'A field of the body breaks its rule' },
  FIELD_IMMUTABLE: { status: 422, title: 'The field never changes' },
  CHANGE_NOT_SUPPORTED: { status: 422, title: 'This release cannot make the change' },
  VERSION_NOT_SUPPORTED: { status: 422, title: 'The Kafka release is not supported any more' },
  DISK_LIMIT_REACHED: { status: 422, title: 'The volumes have reached the limit of their growth' },
  UPGRADE_NOT_ALLOWED: { status: 422, title: 'The nodes cannot be brought to this release of Kafka' },
  VOLUME_NOT_LARGER: { status: 422, title: 'A volume can only grow' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The key was used before with another request' },
  PRECONDITION_REQUIRED: { status: 428, title: 'If-Match is required' },
  TOO_MANY_REQUESTS: { status: 429, title: 'Too many requests', retryable: true },
  REQUEST_QUOTA_USED_UP: { status: 429, title: 'The calls of this month are used up' },
  INTERNAL: { status: 500, title: 'Something went wrong on our side', retryable: true },
  NOT_PROVIDED: { status: 501, title: 'This deployment does not provide what the call needs' },
  NO_CAPACITY: { status: 503, title: 'No host is available in the zone', retryable: true },
  KAFKA_UNAVAILABLE: { status: 503, title: 'The Kafka cluster does not answer', retryable: true },
  STORE_CONTENTION: { status: 503, title: 'Too many writers changed the same record', retryable: true },
  /** Inside workflows: the awaited state is not there yet; the step is retried with back-off until its limit. */
  NOT_YET: { status: 503, title: 'The awaited state has not been reached', retryable: true },
  /** Inside workflows: a newer operation has taken the cluster over; this execution must stop without a trace. */
  OPERATION_SUPERSEDED: { status: 409, title: 'The operation no longer owns the cluster' },
  HOST_NOT_READY: { status: 503, title: 'The host did not become ready in time', retryable: true },
  HOST_NOT_BACK: { status: 503, title: 'The machine did not come back from its reboot in time', retryable: true },
  HOST_FAILED: { status: 500, title: 'The host reported that it cannot reach its desired state' },
  MOVES_STALLED: { status: 503, title: 'The replicas that are being moved come no further', retryable: true },
  CONFIG_REFUSED: { status: 422, title: 'Kafka itself refuses the configuration' },
  RELEASE_REFUSED: { status: 422, title: 'A release of Kafka cannot be started on a host' },
  VOLUME_FAILED: { status: 500, title: 'The data volume cannot be provided' },
  BROKER_PROCESS_FAILED: { status: 500, title: 'The Kafka process ends again and again' },
  CANARY_FAILED: { status: 500, title: 'The cluster runs, but a test record did not come through' },
} as const satisfies Record<string, ErrorRow>

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERRORS

/** The row of a code, with `retryable` always present. */
export function errorRow(code: ErrorCode): { status: number; title: string; retryable: boolean } {
  const row: ErrorRow = ERRORS[code]
  return { status: row.status, title: row.title, retryable: row.retryable ?? false }
}

/** Tells whether a string that came from outside (a Lambda's error name, a report) is one of our codes. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code)
}
