import { upgradeOf } from '../../shared/state/upgrade-order.ts'
import { operationOf } from '../ownership.ts'
import { parkOnRestart, restoredMark } from '../park-on-restart.ts'
import { closedGate } from '../roll-gate.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * Kafka on this host is stopped and started from the new release, and the workflow parks until it runs again; NOT_YET while a
 * gate is closed. The wish remembers the operation, as that of any restart does (kafka-operations §5.7).
 */
export const upgradeNode = defineStep({
  needs: ['workflows', 'kafka', 'certificates'],
  timeoutSeconds: 60,
  parks: true,
  run: async (input, ports) => {
    const { to } = upgradeOf(await operationOf(ports, input))
    await parkOnRestart(ports, input, {
      step: 'upgradeNode',
      mark: input.operationId,
      over: restoredMark(input),
      version: to,
      gate: (cluster, brokers) => closedGate(ports, input, cluster, brokers, nodeOf(input)),
    })
    return {}
  },
})
