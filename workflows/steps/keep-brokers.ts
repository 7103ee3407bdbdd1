import { orderWhatStays } from '../../shared/state/leaving.ts'
import { changeBrokers } from '../change-brokers.ts'
import { nextDesired, withProcess } from '../desired-host.ts'
import { leavingBrokers, nodesToStop } from '../leaving-broker.ts'
import { changeOwnedHost } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * The brokers that were to leave stay: they are as they were before, and as many are ordered as there are. What was moved off them stays
 * where it is. One that was about to be stopped runs on, or again; one that is beyond that only goes.
 */
export const keepBrokers = defineStep({
  needs: [],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { leaving } = await leavingBrokers(ports, input)
    const kept = leaving.filter(({ status }) => status === 'Draining').map(({ nodeId }) => nodeId)
    const toStop = await nodesToStop(ports, input)
    for (const nodeId of kept.filter((id) => toStop.has(id)))
      await changeOwnedHost(ports, { ...input, nodeId }, (host) =>
        host.desired
          ? { ...host, desired: nextDesired(host.desired, host.generation, withProcess(host, 'Running')) }
          : host,
      )
    await changeBrokers(
      ports,
      input,
      leaving.map(({ nodeId }) => nodeId),
      (draft, nodeId) => {
        const broker = draft.brokers().find((candidate) => candidate.nodeId === nodeId)
        if (broker?.status !== 'Draining') return
        const down = { health: 'Unavailable', statusReason: 'Kafka is being started again on this host.' } as const
        draft.enterBroker(nodeId, 'Active', toStop.has(nodeId) ? down : {})
      },
      (draft) => orderWhatStays(draft),
    )
    return {}
  },
})
