import { describe, expect, it } from 'vitest'
import { attach } from '../../../functions/host-api/attach.ts'
import { desired } from '../../../functions/host-api/desired.ts'
import { keys } from '../../../shared/records/keys.ts'
import { loadHost } from '../../../shared/state/load.ts'
import { changeHost } from '../../../shared/state/settle-host.ts'
import { desiredContent, nextDesired } from '../../../workflows/desired-host.ts'
import { type StateFixture, stateFixture } from '../../shared/state/state-fixture.ts'
import { aBroker, aCluster } from '../../workflows/records.ts'

const identity = { tenantId: 'acme', clusterId: 'clu_1', nodeId: 1, instanceId: 'i_1' }
const request = { bootId: 'boot', agentVersion: '1' }
const nothingHere = expect.objectContaining({ code: 'ROUTE_NOT_FOUND' })

async function withHost(): Promise<StateFixture> {
  const ports = stateFixture()
  await changeHost(ports, 'acme', 'clu_1', 1, (host) => ({ ...host, instanceId: 'i_1' }))
  return ports
}

async function wish(ports: StateFixture): Promise<void> {
  const content = desiredContent(aCluster(), [aBroker(1)], 1, 'Running')
  await changeHost(ports, 'acme', 'clu_1', 1, (host) => ({
    ...host,
    desired: nextDesired(host.desired, host.generation, content),
  }))
}

describe('an agent that attaches', () => {
  it('gets a generation above every earlier one, and what is desired goes with it', async () => {
    const ports = await withHost()
    expect(await attach(ports, identity, request)).toEqual({ generation: 1 })
    await wish(ports)
    expect(await attach(ports, identity, request)).toEqual({ generation: 2 })
    expect((await loadHost(ports.store, 'acme', 'clu_1', 1))?.record.desired).toMatchObject({
      generation: 2,
      revision: 1,
    })
  })

  it('from a machine that is not the node’s own finds nothing', async () => {
    const ports = await withHost()
    await expect(attach(ports, { ...identity, instanceId: 'i_2' }, request)).rejects.toEqual(nothingHere)
    await expect(attach(ports, { ...identity, tenantId: 'zeta' }, request)).rejects.toEqual(nothingHere)
  })

  it('while its machine is being removed does not bring the record back', async () => {
    const ports = await withHost()
    const { store } = ports
    let looks = 0
    const get: typeof store.get = async (key) => {
      // The record goes between the two looks that attaching takes.
      if (++looks === 2)
        await store.transact([{ ...keys.host('acme', 'clu_1', 1), delete: true, guard: { version: 1 } }])
      return store.get(key)
    }
    await expect(attach({ ...ports, store: { ...store, get } }, identity, request)).rejects.toEqual(nothingHere)
    expect(await loadHost(store, 'acme', 'clu_1', 1)).toBeUndefined()
  })
})

const WAITING = { waitsWhileIdle: true }

describe('an agent that asks for what is desired', () => {
  it('waits for news and gets it as soon as it is written', async () => {
    const ports = await withHost()
    const { generation } = await attach(ports, identity, request)
    const asked = desired(ports, identity, { generation, after: 0, waitSeconds: 20 }, WAITING)
    await ports.clock.advance(5000)
    await wish(ports)
    expect(await ports.clock.runUntil(asked)).toMatchObject({ revision: 1 })
    expect(ports.clock.now() - Date.UTC(2026, 10, 21, 10)).toBeLessThan(6000)
  })

  it('gets nothing when nothing new comes while it waits', async () => {
    const ports = await withHost()
    const { generation } = await attach(ports, identity, request)
    await wish(ports)
    const asked = desired(ports, identity, { generation, after: 1, waitSeconds: 20 }, WAITING)
    expect(await ports.clock.runUntil(asked)).toBeUndefined()
  })

  it('is told to stop when another has succeeded it, also in the middle of its wait', async () => {
    const ports = await withHost()
    const { generation } = await attach(ports, identity, request)
    const asked = desired(ports, identity, { generation, after: 0, waitSeconds: 20 }, WAITING)
    await ports.clock.advance(1000)
    await attach(ports, identity, request)
    const stale = expect.objectContaining({ code: 'STALE_GENERATION' })
    await expect(ports.clock.runUntil(asked)).rejects.toEqual(stale)
  })
})
