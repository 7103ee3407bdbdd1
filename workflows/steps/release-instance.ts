import type { HostRecord } from '../../shared/records/host.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { loadHost } from '../../shared/state/load.ts'
import { changeOwnedHost, ownedBroker } from '../ownership.ts'
import { defineStep, nodeOf } from '../step.ts'
import { isBeingStopped } from '../stop-order.ts'

/**
 * The machine of a node that is stopped is given back; its volume and its address stay. One on which Kafka has not ended in
 * time is switched off all the same, and the operation says so. First its agent is refused, then it is removed, then the next
 * machine of the node is due.
 */
export const releaseInstance = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 300,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const nodeId = nodeOf(input)
    const { broker } = await ownedBroker(ports, input)
    const host = (await loadHost(ports.store, tenantId, clusterId, nodeId))?.record
    // A call that comes late finds the node stopped, or serving again.
    if (!host || !isBeingStopped(broker)) return {}
    const incarnation = host.incarnation ?? 1
    // One that has not joined holds nothing that a start would have to recover.
    if (host.instanceId !== undefined && broker.joining === undefined && !hasStopped(host)) await noteSwitchedOff()
    await changeOwnedHost(ports, input, (current) => {
      const { instanceId, observed, wait, ...rest } = current
      return (current.incarnation ?? 1) > incarnation || instanceId === undefined ? current : rest
    })
    await ports.hosts.removeInstance({ tenantId, clusterId, nodeId }, incarnation)
    await changeOwnedHost(ports, input, (current) =>
      (current.incarnation ?? 1) > incarnation ? current : { ...current, incarnation: incarnation + 1 },
    )
    return {}

    async function noteSwitchedOff(): Promise<void> {
      const warning = `Kafka on node ${nodeId} did not report its end in time: the machine was switched off, and its logs are recovered at the next start.`
      await changeCluster(ports, input, (draft) => {
        const { warnings, finishedAt } = draft.operation()
        if (finishedAt === undefined && !warnings.includes(warning))
          draft.setOperation({ warnings: [...warnings, warning] })
      })
    }
  },
})

/** Tells whether the host says that no Kafka runs on it, by the wish to stop it. */
function hasStopped({ observed, desired, generation }: HostRecord): boolean {
  if (!observed || observed.generation !== generation || desired?.kafka.processState !== 'Stopped') return false
  const { state } = observed.process
  return observed.observedRevision >= desired.revision && (state === 'Stopped' || state === 'Absent')
}
