import { describe, it } from 'vitest'
import { liveThrough } from './cluster-life.ts'
import type { Faults, HostFault, PortFault } from './faults.ts'
import { printedFigures } from './figures.ts'

const SEED = 1
const figures = printedFigures('cloud, hosts, Kafka, feed', SEED)

const METHODS = {
  hosts: ['ensureAddress', 'ensureVolume', 'ensureInstance', 'removeInstance', 'removeVolume', 'removeAddress', 'list'],
  names: ['ensureNames', 'ensurePublicNames', 'isEverywhere', 'removeNames'],
  publicEntries: ['ensureEntry', 'missingOf', 'removeEntry'],
  kafka: [
    'quorum',
    'brokers',
    'createTopic',
    'deleteTopic',
    'putUser',
    'deleteUser',
    'putAccessRules',
    'deleteAccessRules',
    'roundTrip',
  ],
  certificates: ['ensureAuthority', 'controlPlane', 'signNode', 'forget'],
  workflows: ['start', 'stop', 'succeed', 'heartbeat'],
  events: ['publish'],
} as const satisfies Record<PortFault['port'], readonly string[]>

async function live(name: string, faults: Faults): Promise<void> {
  figures.faults(1)
  try {
    figures.run(await liveThrough(faults, { seed: SEED }))
  } catch (thrown) {
    throw new Error(`${name}: ${String(thrown)}`, { cause: thrown })
  }
}

describe('a create ends Active and a delete leaves nothing', () => {
  it.each(['refused', 'answerLost'] as const)('when the connection breaks around any call (%s)', async (when) => {
    for (const port of ['hosts', 'names', 'publicEntries', 'kafka', 'certificates', 'workflows', 'events'] as const)
      for (const method of METHODS[port])
        await live(`${port}.${method}`, { ports: [{ port, method, when, error: 'ECONNRESET', times: 3 }] })
  })

  it('when machines are to be had only after minutes', async () => {
    for (const method of ['ensureVolume', 'ensureInstance'])
      await live(method, { ports: [{ port: 'hosts', method, when: 'refused', error: 'NO_CAPACITY', times: 10 }] })
  })

  it('when the hosted zone takes no change for a while', async () => {
    for (const method of METHODS.names)
      await live(method, { ports: [{ port: 'names', method, when: 'refused', error: 'NOT_YET', times: 10 }] })
  })

  it('when there are no load balancers to be had for a while', async () => {
    for (const method of METHODS.publicEntries)
      await live(method, { ports: [{ port: 'publicEntries', method, when: 'refused', error: 'NOT_YET', times: 10 }] })
  })

  it('when Kafka does not answer for a while', async () => {
    for (const method of METHODS.kafka)
      await live(method, { ports: [{ port: 'kafka', method, when: 'refused', error: 'KAFKA_UNAVAILABLE', times: 4 }] })
  })

  it('when a machine takes its time to boot, one or all of them', async () => {
    for (const nodeId of [undefined, 1, 2, 3])
      for (const seconds of [60, 400]) await live(`${nodeId} ${seconds}`, { hosts: [slow(seconds, nodeId)] })
  })

  it('when the agent of a host is restarted at any moment', async () => {
    for (const nodeId of [1, 3])
      for (let seconds = 0.5; seconds < 12; seconds += 1.5)
        await live(`${nodeId} ${seconds}`, { hosts: [{ kind: 'agentRestarts', nodeId, seconds }] })
  })

  it('when the start of an execution, its end or the end of a wait is answered and never happens', async () => {
    for (const method of ['start', 'stop', 'succeed'])
      for (const times of [1, 2])
        await live(method, { ports: [{ port: 'workflows', method, when: 'neverDone', error: 'ECONNRESET', times }] })
  })

  it('when the lists of the cloud are behind', async () => {
    for (const staleSeconds of [2, 10, 60]) await live(`${staleSeconds}`, { staleSeconds })
  })

  it('when changes are delivered late, several times, in another order, or all of it', async () => {
    for (const delivery of [{ delaySeconds: 90 }, { copies: 3 }, { delaySeconds: 20, copies: 2, shuffled: true }])
      await live(JSON.stringify(delivery), { delivery })
  })
})

function slow(seconds: number, nodeId: number | undefined): HostFault {
  return { kind: 'bootsSlowly', seconds, ...(nodeId !== undefined && { nodeId }) }
}
