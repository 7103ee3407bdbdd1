import { parkOnRestart, restoredMark } from '../park-on-restart.ts'
import { closedGate } from '../roll-gate.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * Kafka on this host is stopped and started with what was ordered last, and the workflow parks until it runs again; NOT_YET
 * while a gate is closed. The wish remembers the operation, so that a step that is repeated never restarts a second time
 * (kafka-operations §5.3).
 */
export const restartKafka = defineStep({
  needs: ['workflows', 'kafka', 'certificates'],
  timeoutSeconds: 60,
  parks: true,
  run: async (input, ports) => {
    await parkOnRestart(ports, input, {
      step: 'restartKafka',
      mark: input.operationId,
      over: restoredMark(input),
      gate: (cluster, brokers) => closedGate(ports, input, cluster, brokers, nodeOf(input)),
    })
    return {}
  },
})
