import type { Random } from '../../../local/asl/random.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { ClusterRef } from '../../../shared/ports/hosts.ts'
import type { EntryBroker, PublicEntries } from '../../../shared/ports/public-entries.ts'
import { type Machine, nodeName } from './machine.ts'

/** The load balancers of the simulated world. */
export interface PublicEntriesModel extends PublicEntries {
  /** Every entry that exists, for people: `entry of acme/clu_1`. */
  existing(): readonly string[]
  /** The brokers that a cluster's entry has a port for, as it was told of them. */
  ledTo(cluster: ClusterRef): readonly EntryBroker[]
  /** What another model needs to go on from here. */
  save(): SavedEntries
}

/** The load balancers at a moment. */
export interface SavedEntries {
  readonly entries: ReadonlyMap<string, number>
  readonly doors: ReadonlyMap<string, readonly EntryBroker[]>
}

const NO_ENTRIES: SavedEntries = { entries: new Map(), doors: new Map() }

interface PublicEntriesParts {
  readonly clock: Clock
  readonly random: Random
  /** Whether clients reach the node through an entry now. */
  readonly isServing: (machine: Machine) => boolean
  readonly machines: () => readonly Machine[]
}

/** The longest that a call takes, in milliseconds; its effect happens somewhere in the middle. */
const LONGEST_CALL_MILLISECONDS = 3000

/** A load balancer comes up within minutes. */
const COMING_UP_MILLISECONDS = 120_000

/** Entries as load balancers are: there at once, of use minutes later. */
export function publicEntriesModel(parts: PublicEntriesParts, saved = NO_ENTRIES): PublicEntriesModel {
  const { clock, random } = parts
  const entries = new Map(saved.entries)
  const doors = new Map(saved.doors)
  const owner = ({ tenantId, clusterId }: ClusterRef) => `${tenantId}/${clusterId}`

  async function takingTime<T>(effect: () => T): Promise<T> {
    const milliseconds = random.number() * LONGEST_CALL_MILLISECONDS
    await clock.sleep(milliseconds / 2)
    const answer = effect()
    await clock.sleep(milliseconds / 2)
    return answer
  }

  return {
    existing: () => [...entries.keys()].map((name) => `entry of ${name}`),
    save: () => ({ entries: new Map(entries), doors: new Map(doors) }),
    ledTo: (cluster) => doors.get(owner(cluster)) ?? [],
    ensureEntry: (cluster, brokers) =>
      takingTime(() => {
        if (!entries.has(owner(cluster))) entries.set(owner(cluster), clock.now())
        doors.set(owner(cluster), brokers)
        return { host: `entry-${cluster.clusterId}`, aliasZoneId: 'zone' }
      }),
    missingOf: (cluster, brokers) =>
      takingTime(() => {
        const madeAt = entries.get(owner(cluster))
        if (madeAt === undefined) throw new Error(`${owner(cluster)} has no entry`)
        if (clock.now() < madeAt + COMING_UP_MILLISECONDS) return 'The entry is coming up.'
        const serving = parts
          .machines()
          .filter((machine) => parts.isServing(machine) && machine.kafka?.desired.publicEndpoint)
        const reached = new Set(serving.map(({ node }) => nodeName(node)))
        const silent = brokers.filter(({ nodeId }) => !reached.has(nodeName({ ...cluster, nodeId })))
        return silent.length === 0 ? undefined : `${silent.length} brokers do not answer.`
      }),
    removeEntry: (cluster) =>
      takingTime(() => {
        entries.delete(owner(cluster))
        doors.delete(owner(cluster))
      }),
  }
}
