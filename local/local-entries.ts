import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { z } from 'zod'
import { replaceFile } from '../agent/atomic-file.ts'
import { listenerPorts } from '../shared/kafka/listeners.ts'
import { PUBLIC_BOOTSTRAP_PORT, publicPort } from '../shared/network/public-access.ts'
import type { ClusterRef } from '../shared/ports/hosts.ts'
import type { EntryBroker, PublicEntries } from '../shared/ports/public-entries.ts'
import { type PassThrough, passThrough, type Target } from './pass-through.ts'
import { takingTurns } from './taking-turns.ts'

/** Public entries that this process plays. */
export interface LocalEntries extends PublicEntries {
  /** Takes up again what an earlier process played. */
  openAll(): Promise<void>
  closeAll(): Promise<void>
}

const Entries = z.record(
  z.string(),
  z.object({
    host: z.string(),
    brokers: z.array(
      z.object({ nodeId: z.int(), address: z.string(), zone: z.string(), aside: z.boolean().optional() }),
    ),
  }),
)
type Entry = z.output<typeof Entries>[string]

/** What one entry listens on, by port, and whom the common port leads to, which may change meanwhile. */
interface Doors {
  readonly open: Map<number, PassThrough>
  readonly all: Target[]
}

/** The last byte of the entry's address, beside those of the cluster's nodes; no node has this id. */
const LAST_BYTE = 254

/**
 * The place of load balancers on one machine: for each cluster an address of its own beside its nodes', on which TCP connections are
 * passed through. The control plane's process does so, so they end with it, as those to a load balancer never would.
 */
export function localEntries(file: string): LocalEntries {
  const listening = new Map<string, Doors>()
  const inTurn = takingTurns()
  const nameOf = ({ tenantId, clusterId }: ClusterRef) => `${tenantId}/${clusterId}`
  const read = () => (existsSync(file) ? Entries.parse(JSON.parse(readFileSync(file, 'utf8'))) : {})
  const write = (entries: z.output<typeof Entries>) => replaceFile(file, JSON.stringify(entries))

  async function open(name: string, { host, brokers }: Entry): Promise<void> {
    const doors: Doors = listening.get(name) ?? { open: new Map(), all: [] }
    listening.set(name, doors)
    const target = ({ address }: Entry['brokers'][number]): Target => ({ host: address, port: listenerPorts.PUBLIC })
    const forAll = brokers.filter(({ aside }) => aside !== true)
    doors.all.splice(0, doors.all.length, ...forAll.map(target))
    const wanted = new Map<number, readonly Target[]>([
      [PUBLIC_BOOTSTRAP_PORT, doors.all],
      ...brokers.map((broker) => [publicPort(broker.nodeId), [target(broker)]] as const),
    ])
    for (const [port, each] of [...doors.open]) {
      if (wanted.has(port)) continue
      await each.close()
      doors.open.delete(port)
    }
    for (const [port, targets] of wanted)
      if (!doors.open.has(port)) doors.open.set(port, await passThrough({ host, port }, targets))
  }

  async function close(name: string): Promise<void> {
    await Promise.all([...(listening.get(name)?.open.values() ?? [])].map((each) => each.close()))
    listening.delete(name)
  }

  return {
    ensureEntry: (cluster, brokers) =>
      inTurn('entries', async () => {
        const name = nameOf(cluster)
        const host = addressBeside(brokers)
        const entry = { host, brokers: [...brokers] }
        await write({ ...read(), [name]: entry })
        await open(name, entry)
        return { host }
      }),
    missingOf: async (cluster, brokers) => {
      const entry = read()[nameOf(cluster)]
      if (!entry) return 'The cluster has no public entry.'
      const answers = await Promise.all(brokers.map(({ address }) => answersAt(address)))
      const silent = brokers.filter((_, index) => !answers[index]).map(({ nodeId }) => nodeId)
      return silent.length === 0 ? undefined : `The public entry does not reach node ${silent.join(', ')} yet.`
    },
    removeEntry: (cluster) =>
      inTurn('entries', async () => {
        const name = nameOf(cluster)
        await close(name)
        const { [name]: _gone, ...others } = read()
        await write(others)
      }),
    openAll: () =>
      inTurn('entries', async () => {
        for (const [name, entry] of Object.entries(read())) await open(name, entry)
      }),
    closeAll: () =>
      inTurn('entries', async () => {
        for (const name of [...listening.keys()]) await close(name)
      }),
  }
}

function addressBeside(brokers: readonly EntryBroker[]): string {
  const [first] = brokers
  if (!first) throw new TypeError('an entry leads to brokers')
  return `${first.address.slice(0, first.address.lastIndexOf('.'))}.${LAST_BYTE}`
}

/** As a load balancer looks at its targets: whether it can connect. */
function answersAt(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: listenerPorts.PUBLIC, timeout: 1000 })
    const done = (answers: boolean) => {
      socket.destroy()
      resolve(answers)
    }
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
    socket.once('timeout', () => done(false))
  })
}
