import type { Draft } from './draft.ts'

/**
 * Brings the bill of the compute up to date where an operation comes to rest: brokers whose machines were given back cost none
 * from here on, and those that serve again do. Their volumes are billed all the while.
 */
export function settleCompute(draft: Draft): void {
  const { instanceType } = draft.cluster().spec.brokers
  const brokers = draft.brokers()
  const stopped = brokers.filter(({ status, released }) => status === 'Stopped' && !released)
  const back = brokers.filter(({ status, released }) => status === 'Active' && released)
  draft.bill(
    stopped.map(({ nodeId, volumeGiB }) => ({ nodeId, volumeGiB })),
    'cluster stopped',
  )
  draft.bill(
    back.map(({ nodeId, volumeGiB }) => ({ nodeId, instanceType, volumeGiB })),
    'cluster started',
  )
  for (const { nodeId } of stopped) draft.setReleased(nodeId, true)
  for (const { nodeId } of back) draft.setReleased(nodeId, false)
}
