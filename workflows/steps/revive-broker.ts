import { withProcess } from '../desired-host.ts'
import { leavingBroker } from '../leaving-broker.ts'
import { parkOnHost } from '../park-on-host.ts'
import { defineStep } from '../step.ts'

/** Kafka of a broker that was stopped too early runs again, and the workflow parks until it does. */
export const reviveBroker = defineStep({
  needs: ['workflows'],
  timeoutSeconds: 30,
  parks: true,
  run: async (input, ports) => {
    if (!(await leavingBroker(ports, input, 'Draining'))) return {}
    await parkOnHost(ports, input, {
      step: 'reviveBroker',
      condition: 'Running',
      content: (host) => withProcess(host, 'Running'),
    })
    return {}
  },
})
