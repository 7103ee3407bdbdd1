import { loadBrokers } from '../../shared/state/load.ts'
import { settleHost } from '../../shared/state/settle-host.ts'
import { desiredContent, nextDesired } from '../desired-host.ts'
import { changeOwnedHost, ownedCluster } from '../ownership.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The host knows what it shall be, and the workflow parks until Kafka has been started there. */
export const launchKafka = defineStep({
  needs: ['workflows'],
  timeoutSeconds: 30,
  parks: true,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId, taskToken } = input
    const nodeId = nodeOf(input)
    if (taskToken === undefined) throw new TypeError('launchKafka parks and needs a task token')
    const cluster = await ownedCluster(ports, input)
    const brokers = (await loadBrokers(ports.store, tenantId, clusterId)).map(({ record }) => record)
    const content = desiredContent(cluster, brokers, nodeId, 'Running')
    await changeOwnedHost(ports, input, (host) => {
      const desired = nextDesired(host.desired, host.generation, content)
      const wait = {
        taskToken,
        operationId,
        step: 'launchKafka',
        condition: 'Launched',
        revision: desired.revision,
      } as const
      return { ...host, desired, wait }
    })
    await settleHost(ports, tenantId, clusterId, nodeId)
    return {}
  },
})
