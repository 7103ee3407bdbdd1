import { loadBrokers, loadOperation } from '../../shared/state/load.ts'
import { awaitInForce } from '../dynamic-config.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** Every broker itself says that it has the changed settings in force, whichever way they came to it. */
export const verifyConfig = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const cluster = await ownedCluster(ports, input)
    const { config } = (await loadOperation(ports.store, tenantId, operationId)).record
    if (!config) return {}
    const brokers = (await loadBrokers(ports.store, tenantId, clusterId)).map(({ record }) => record)
    const restarted = config.change.restartKeys.flatMap((key) => {
      const value = config.to[key]
      return value === undefined ? [] : [[key, value] as const]
    })
    await awaitInForce(ports, cluster, brokers, { ...config.change.dynamicSets, ...Object.fromEntries(restarted) })
    return {}
  },
})
