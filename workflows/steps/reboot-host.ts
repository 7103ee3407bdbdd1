import { parkOnRestart } from '../park-on-restart.ts'
import { closedGate } from '../roll-gate.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * The machine of this node is rebooted after an orderly stop of Kafka, and the workflow parks until Kafka runs in another
 * boot; NOT_YET while a gate is closed, the same as for a restart. The wish names the boot that shall be over, so that
 * neither a repeated step nor a machine that came back reboots a second time (kafka-operations §5.3).
 */
export const rebootHost = defineStep({
  needs: ['workflows', 'kafka', 'certificates'],
  timeoutSeconds: 60,
  parks: true,
  run: async (input, ports) => {
    await parkOnRestart(ports, input, {
      step: 'rebootHost',
      mode: 'host',
      mark: input.operationId,
      gate: (cluster, brokers) => closedGate(ports, input, cluster, brokers, nodeOf(input)),
    })
    return {}
  },
})
