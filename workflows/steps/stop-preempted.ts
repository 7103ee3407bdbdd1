import { isOffered } from '../../shared/lifecycle/lifecycle.ts'
import { executionName } from '../../shared/ports/workflows.ts'
import { loadOperation } from '../../shared/state/load.ts'
import { ownedOperation } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** The execution of the operation that was pre-empted has been ended; its late writes are fenced by the generation. */
export const stopPreempted = defineStep({
  needs: ['workflows'],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { preempts } = (await ownedOperation(ports, input)).operation
    if (preempts === undefined) return {}
    const { type, operationId, attempt } = (await loadOperation(ports.store, input.tenantId, preempts)).record
    if (isOffered(type))
      await ports.workflows.stop(type, executionName(operationId, attempt), `pre-empted by ${input.operationId}`)
    return {}
  },
})
