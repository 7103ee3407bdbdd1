import type { BrokerRecord } from '../../shared/records/cluster.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { phaseNodes } from '../../shared/state/operation-phases.ts'
import { ownedOperation } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * The border before brokers join a cluster, and again before the first of them is `Active`: names those that still have to, and
 * heeds a wish to pause or cancel. Once one of them serves there is no way back, and once one was taken away no way on.
 */
export const chooseNewBrokers = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const { operation } = await ownedOperation(ports, input)
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const nodes = brokers.filter(({ joining }) => joining === operationId).map(({ nodeId }) => nodeId)
    return { verdict: verdictOn(operation, brokers), nodes }
  },
})

function verdictOn(operation: OperationRecord, brokers: readonly BrokerRecord[]): string {
  const { control, operationId } = operation
  const planned = phaseNodes(operation, 'expandBrokers') ?? []
  const known = planned.flatMap((nodeId) => brokers.find((broker) => broker.nodeId === nodeId) ?? [])
  if (known.length < planned.length) return 'Withdraw'
  const serving = known.filter(({ joining }) => joining !== operationId)
  if (serving.length === planned.length) return 'Joined'
  if (serving.length > 0 || control === undefined) return 'Join'
  return control === 'Cancel' ? 'Withdraw' : control
}
