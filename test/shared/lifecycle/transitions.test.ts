import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOffered, lifecycleOf, OPERATION_TYPES } from '../../../shared/lifecycle/lifecycle.ts'
import { BROKER_STATUSES, CLUSTER_STATUSES, HEALTHS } from '../../../shared/lifecycle/statuses.ts'
import {
  allowedActions,
  brokerStatus,
  brokerTransitions,
  clusterStatus,
  clusterTransitions,
  IllegalTransition,
  mayStart,
  type Transition,
} from '../../../shared/lifecycle/transitions.ts'

/** Everything that can be reached over the edges, from `start` on. */
function reachable<S>(edges: readonly Transition<S>[], start: S | undefined): ReadonlySet<S | undefined> {
  const found = new Set([start])
  for (const from of found) for (const edge of edges) if (edge.from === from) found.add(edge.to)
  return found
}

const graphs = [
  { thing: 'cluster', statuses: CLUSTER_STATUSES, edges: clusterTransitions(), assign: clusterStatus },
  { thing: 'broker', statuses: BROKER_STATUSES, edges: brokerTransitions(), assign: brokerStatus },
] as const

describe.each(graphs)('the lifecycle of a $thing', ({ statuses, edges, assign }) => {
  const all: readonly string[] = statuses
  const list: readonly Transition<string>[] = edges
  const assignAny = assign as (type: (typeof OPERATION_TYPES)[number], from: string | undefined, to: string) => string

  it('names no status that is not in the list', () => {
    const named = list.flatMap(({ from, to }) => (from === undefined ? [to] : [from, to]))
    expect(named.filter((status) => !all.includes(status))).toEqual([])
  })

  it('reaches every status from nothing', () => {
    const found = reachable(list, undefined)
    expect(all.filter((status) => !found.has(status))).toEqual([])
  })

  it('has no trap: from every status there is a way to Deleted, and from Deleted only where it is kept', () => {
    const traps = all.filter((status) => status !== 'Deleted' && !reachable(list, status).has('Deleted'))
    expect(traps).toEqual([])
    const after = list.filter(({ from }) => from === 'Deleted').map(({ operation, to }) => `${operation} ${to}`)
    expect(after).toEqual(
      all.includes('Creating') && all.includes('Stopped') && !all.includes('Draining')
        ? ['restoreCluster Starting', 'deleteCluster Deleting']
        : [],
    )
  })

  it('has no dead end on the way: every status that promises progress leads on within its own operation', () => {
    for (const type of OPERATION_TYPES) {
      const own = list.filter(({ operation }) => operation === type)
      const entered = new Set(own.map(({ to }) => to))
      const rests = ['Active', 'Stopped', 'Deleted', 'Error']
      const stuck = [...entered].filter((status) => !rests.includes(status) && !own.some(({ from }) => from === status))
      expect(stuck, type).toEqual([])
    }
  })

  it('allows what is in the list and throws at everything else', () => {
    const edge = fc.record({
      type: fc.constantFrom(...OPERATION_TYPES),
      from: fc.constantFrom(undefined, ...all),
      to: fc.constantFrom(...all),
    })
    fc.assert(
      fc.property(edge, ({ type, from, to }) => {
        const legal =
          from === to || list.some((known) => known.operation === type && known.from === from && known.to === to)
        if (legal) expect(assignAny(type, from, to)).toBe(to)
        else expect(() => assignAny(type, from, to)).toThrow(IllegalTransition)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('what a caller may ask of a cluster', () => {
  const situation = fc.record({
    status: fc.constantFrom(...CLUSTER_STATUSES),
    health: fc.constantFrom(...HEALTHS),
    busy: fc.boolean(),
  })

  it('is always something that this release offers and that would be accepted', () => {
    fc.assert(
      fc.property(situation, ({ status, health, busy }) => {
        for (const type of allowedActions(status, health, busy)) {
          expect(isOffered(type)).toBe(true)
          expect(mayStart(type, status, health)).toBe(true)
          expect(() => clusterStatus(type, status, lifecycleOf(type).path[0])).not.toThrow()
          if (busy) expect(lifecycleOf(type).preempts).toBe(true)
        }
      }),
    )
  })

  it.each(CLUSTER_STATUSES.filter((status) => status !== 'Deleted' && status !== 'Deleting'))(
    'includes delete while it is %s, whatever its health and whatever else runs',
    (status) => {
      for (const health of HEALTHS)
        for (const busy of [false, true]) expect(allowedActions(status, health, busy)).toContain('deleteCluster')
    },
  )

  it('is only to bring it back or to let it go, once it is deleted and kept', () => {
    for (const health of HEALTHS)
      expect(allowedActions('Deleted', health, false)).toEqual(['restoreCluster', 'deleteCluster'])
  })

  it('can never bring a cluster into being that is there already', () => {
    for (const status of CLUSTER_STATUSES)
      for (const health of HEALTHS) expect(mayStart('createCluster', status, health)).toBe(false)
  })

  it('is, when all brokers have failed, the deletion or an explicit repair only', () => {
    const possible = OPERATION_TYPES.filter((type) => mayStart(type, 'Error', 'Unavailable'))
    expect(possible.toSorted()).toEqual(['deleteCluster', 'repairBrokers'])
  })
})
