import type { OperationAction } from '../../shared/lifecycle/statuses.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { controlOperation } from '../../shared/state/control-operation.ts'
import type { Idempotency } from './idempotency.ts'
import { acceptedOperation } from './views/operation.ts'

/** Asks something of an operation; it answers with the operation without its steps, because it is the wish that was accepted. */
export async function acceptControl(
  ports: Needed<'store' | 'clock' | 'ids'>,
  tenantId: string,
  operationId: string,
  action: OperationAction,
  idempotency: Idempotency,
) {
  const accepted = (operation: OperationRecord) => ({
    status: 202 as const,
    headers: { Location: `/v1/operations/${operationId}` },
    body: acceptedOperation(operation, operation.nodes?.length ?? 0),
  })
  const operation = await controlOperation(ports, tenantId, operationId, action, (asked) => [
    idempotency.keep(accepted(asked)),
  ])
  return accepted(operation)
}
