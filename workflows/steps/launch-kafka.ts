import { brokersOf } from '../../shared/state/load.ts'
import { desiredContent } from '../desired-host.ts'
import { ownedCluster } from '../ownership.ts'
import { parkOnHost } from '../park-on-host.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The host knows what it shall be, and the workflow parks until Kafka has been started there. */
export const launchKafka = defineStep({
  needs: ['workflows'],
  timeoutSeconds: 30,
  parks: true,
  run: async (input, ports) => {
    const cluster = await ownedCluster(ports, input)
    const brokers = await brokersOf(ports.store, input.tenantId, input.clusterId)
    const content = desiredContent(cluster, brokers, nodeOf(input), 'Running')
    await parkOnHost(ports, input, { step: 'launchKafka', condition: 'Launched', content: () => content })
    return {}
  },
})
