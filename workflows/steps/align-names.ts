import type { GivenNames } from '../../shared/ports/names.ts'
import type { PublicEntry } from '../../shared/ports/public-entries.ts'
import type { Draft } from '../../shared/state/draft.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { alignWithRecords } from '../align.ts'
import { changeBrokers } from '../change-brokers.ts'
import { entryBrokers, namedBrokers } from '../led-brokers.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * Exactly the brokers that there are have names, of the kinds that the cluster came up with, and the cluster's own names lead to
 * those that belong to it: not yet to one that joins, no more to one that leaves.
 */
export const alignNames = defineStep({
  needs: ['names'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const ref = { tenantId: input.tenantId, clusterId: input.clusterId }
    const removeAll = () => ports.names.removeNames(ref)
    const { names, publicEntry, publicNames } = await ownedCluster(ports, input)
    if (names) {
      const given = await alignWithRecords(ports, input, {
        wanted: namedBrokers,
        make: (brokers) => ports.names.ensureNames(ref, brokers),
        removeAll,
      })
      // Only a name that is new is waited for.
      if (given && (await isNew(given, 'name')))
        await keep(given, 'name', (draft) => draft.setCluster({ names: { ...names, changeId: given.changeId } }))
    }
    if (publicEntry && publicNames) {
      const given = await alignWithRecords(ports, input, {
        wanted: (brokers) => entryBrokers(brokers).map(({ nodeId }) => nodeId),
        make: async (nodeIds) =>
          (await ports.names.ensurePublicNames(ref, nodeIds, publicEntry)) ?? entryItself(nodeIds, publicEntry),
        removeAll,
      })
      const { changeId } = given
      if (await isNew(given, 'publicName'))
        await keep(given, 'publicName', (draft) =>
          draft.setCluster({ publicNames: { ...publicNames, ...(changeId !== undefined && { changeId }) } }),
        )
    }
    return {}

    async function isNew({ brokers }: Given, field: Field): Promise<boolean> {
      const known = await brokersOf(ports.store, input.tenantId, input.clusterId)
      const nameless = new Set(known.flatMap((broker) => (broker[field] === undefined ? [broker.nodeId] : [])))
      return brokers.some(({ nodeId }) => nameless.has(nodeId))
    }

    /** A name is written down once and never changes. */
    function keep(given: Given, field: Field, inTheEnd: (draft: Draft) => void): Promise<void> {
      const all = new Map(given.brokers.map(({ nodeId, name }) => [nodeId, name]))
      return changeBrokers(
        ports,
        input,
        [...all.keys()],
        (draft, nodeId) => {
          const name = all.get(nodeId)
          const broker = draft.brokers().find((candidate) => candidate.nodeId === nodeId)
          if (broker && broker[field] === undefined && name !== undefined) draft.setBroker(nodeId, { [field]: name })
        },
        inTheEnd,
      )
    }
  },
})

type Field = 'name' | 'publicName'
type Given = Pick<GivenNames, 'brokers'> & { readonly changeId?: string }

/** Where a deployment gives no names for the internet, brokers are known by what the entry itself is called. */
function entryItself(nodeIds: readonly number[], { host }: PublicEntry): Given {
  return { brokers: nodeIds.map((nodeId) => ({ nodeId, name: host })) }
}
