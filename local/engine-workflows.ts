import type { OfferedOperation } from '../shared/lifecycle/lifecycle.ts'
import type { Json } from '../shared/ports/store.ts'
import { executionName, type Workflows } from '../shared/ports/workflows.ts'
import type { Engine } from './asl/engine.ts'

/** Runs `call`; false where the engine says that the task is not waiting any more. */
async function unlessGone(call: () => Promise<void>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (thrown) {
    if (thrown instanceof Error && (thrown.name === 'TaskTimedOut' || thrown.name === 'TaskDoesNotExist')) return false
    throw thrown
  }
}

/** The workflows on the local engine; the engine comes later than the ports, because its tasks need them. */
export function engineWorkflows(engine: () => Engine): Workflows {
  return {
    start: async (workflow: OfferedOperation, input) => {
      const name = executionName(input.operationId, input.attempt)
      try {
        await engine().start({ stateMachine: workflow, name, input: { ...input } })
      } catch (thrown) {
        if (!(thrown instanceof Error && thrown.name === 'ExecutionAlreadyExists')) throw thrown
      }
    },
    stop: async (_workflow, name, reason) => {
      try {
        await engine().stop(name, { error: 'OPERATION_SUPERSEDED', cause: reason })
      } catch (thrown) {
        if (!(thrown instanceof Error && thrown.name === 'ExecutionDoesNotExist')) throw thrown
      }
    },
    describe: async (_workflow, name) => {
      try {
        return engine().describe(name).status === 'RUNNING' ? 'Running' : 'Ended'
      } catch (thrown) {
        if (thrown instanceof Error && thrown.name === 'ExecutionDoesNotExist') return 'Absent'
        throw thrown
      }
    },
    succeed: (token, output: Json) => unlessGone(() => engine().sendTaskSuccess(token, output)),
    fail: (token, error, cause) => unlessGone(() => engine().sendTaskFailure(token, { error, cause })),
    heartbeat: (token) => unlessGone(() => engine().sendTaskHeartbeat(token)),
  }
}
