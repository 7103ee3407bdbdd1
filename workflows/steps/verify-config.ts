import { isSame } from '../../shared/planner/same.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import { brokersOf, hostsOf } from '../../shared/state/load.ts'
import { phaseNodes } from '../../shared/state/operation-phases.ts'
import { awaitInForce } from '../dynamic-config.ts'
import { ownedOperation } from '../ownership.ts'
import { pollOneCall } from '../poll.ts'
import { defineStep } from '../step.ts'

/**
 * Every broker itself says that it has the changed settings in force, whichever way they came to it. A node that was
 * restarted runs with the file that was ordered, also a controller of its own, which no broker's answer speaks for.
 */
export const verifyConfig = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const { cluster, operation } = await ownedOperation(ports, input)
    const { config } = operation
    if (!config) return {}
    const nodes = phaseNodes(operation, 'updateConfig') ?? []
    await pollOneCall(ports, async () => {
      const hosts = await hostsOf(ports.store, tenantId, clusterId)
      const other = hosts.find((host) => nodes.includes(host.nodeId) && !runsWith(host, config.to))
      return other && `Node ${other.nodeId} does not run with the file of revision ${config.revision} yet.`
    })
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const restarted = config.change.restartKeys.flatMap((key) => {
      const value = config.to[key]
      return value === undefined ? [] : [[key, value] as const]
    })
    await awaitInForce(ports, cluster, brokers, { ...config.change.dynamicSets, ...Object.fromEntries(restarted) })
    return {}
  },
})

/** Tells whether the process that runs on a host was started with this configuration, as the host says. */
function runsWith({ desired, observed }: HostRecord, config: Readonly<Record<string, string>>): boolean {
  return (
    desired !== undefined &&
    observed?.process.state === 'Running' &&
    observed.observedRevision >= desired.revision &&
    observed.process.restartNonce === desired.kafka.restartNonce &&
    isSame(desired.kafka.config, config)
  )
}
