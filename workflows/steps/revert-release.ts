import { lifecycleOf } from '../../shared/lifecycle/lifecycle.ts'
import type { BrokerRecord } from '../../shared/records/cluster.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import type { Draft } from '../../shared/state/draft.ts'
import { endOperation } from '../../shared/state/end-operation.ts'
import { brokersOf, hostsOf } from '../../shared/state/load.ts'
import { hostFailure } from '../../shared/state/settle-host-wait.ts'
import { isHeard } from '../../shared/state/silence.ts'
import { putBackRelease } from '../../shared/state/upgrade-order.ts'
import { changeBrokers } from '../change-brokers.ts'
import { restoredMark } from '../park-on-restart.ts'
import { defineStep } from '../step.ts'

/**
 * The upgrade has failed for the reason that was kept: the node that it stopped at runs its own release again, and the cluster is
 * what it was before, or works on with two releases until someone says which.
 */
export const revertRelease = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const nodes = await brokersOf(ports.store, tenantId, clusterId)
    const hosts = await hostsOf(ports.store, tenantId, clusterId)
    const now = ports.clock.now()
    const idsOf = (is: (host: HostRecord) => boolean) => new Set(hosts.filter(is).map(({ nodeId }) => nodeId))
    // One that got its own release again has been seen in sync with it.
    const serves = idsOf((host) => host.restartedFor === restoredMark(input) || isServing(host, now))
    const mayRunIt = idsOf(({ restartedFor }) => restartedFor === input.operationId)
    await changeBrokers(
      ports,
      input,
      nodes.map(({ nodeId }) => nodeId),
      (draft, nodeId) => release(draft, draft.broker(nodeId), serves.has(nodeId), mayRunIt.has(nodeId)),
      end,
    )
    return {}
  },
})

function isServing(host: HostRecord, now: number): boolean {
  const { observed, generation } = host
  if (observed?.generation !== generation || !isHeard(host, now)) return false
  return observed.process.state === 'Running' && hostFailure(observed) === undefined
}

function release(draft: Draft, node: BrokerRecord, serves: boolean, mayRunIt: boolean): void {
  const { type, error, finishedAt } = draft.operation()
  const { nodeId, status, orderedVersion } = node
  if (finishedAt !== undefined) return
  const { path, done, failed } = lifecycleOf(type).broker
  if (orderedVersion !== undefined && !mayRunIt) draft.setBroker(nodeId, { orderedVersion: undefined })
  if (!path.some((stage) => stage === status)) return
  if (serves) draft.enterBroker(nodeId, done, { health: 'Healthy' })
  else draft.enterBroker(nodeId, failed, { health: 'Unavailable', statusReason: error?.detail ?? '' })
}

function end(draft: Draft): void {
  const { type, error, finishedAt } = draft.operation()
  if (finishedAt !== undefined) return
  putBackRelease(draft)
  const { done, failed } = lifecycleOf(type)
  const isWhole = draft.brokers().every(({ status }) => status !== 'Error')
  endOperation(draft, { state: 'Failed', cluster: isWhole ? done : failed, error })
}
