import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { deletedAndKept, withVolumes } from '../../api/cluster-fixtures.ts'
import { activeCluster, json, order, startBeside, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()
const clusters = (...args: readonly string[]) => weir(api(), ['clusters', ...args])

describe('weir clusters stop', () => {
  it('orders the stop of all nodes', async () => {
    await activeCluster(api())
    expect(json(await clusters('stop', 'orders', '-o', 'json'))).toMatchObject({
      type: 'stopCluster',
      state: 'Pending',
    })
  })

  it('shows what is billed meanwhile and orders nothing with --validate-only', async () => {
    await activeCluster(api())
    const ran = await clusters('stop', 'orders', '--validate-only')
    expect(ran.out).toMatch(/Billed before +3 machines, 300 GiB of volumes/)
    expect(ran.out).toMatch(/Billed after +0 machines, 300 GiB of volumes/)
    expect(ran.out).toContain('Clients lose the cluster')
    expect(json(await weir(api(), ['operations', 'list', '-o', 'json'])).items).toHaveLength(1)
  })

  it('shows the nodes going down with --wait', async () => {
    const { clusterId } = await activeCluster(api())
    const running = startBeside(api(), ['clusters', 'stop', 'orders', '--wait'])
    await running.seen('stopCluster Pending')
    const [{ id }] = Object(json(await weir(api(), ['operations', 'list', '-o', 'json']))).items
    const operation = { operationId: String(id), clusterId }
    await api().play(operation, (draft) => draft.enterBroker(1, 'Stopping', {}))
    await running.seen('broker 1       az-1  Stopping')
    await api().end(operation, { state: 'Succeeded' })
    const ran = await running.ended
    expect(ran).toMatchObject({ code: EXIT.ok, err: '' })
    expect(ran.out).toContain('Note: Clients lose the cluster')
    expect(ran.out).toContain('Stopped: orders.')
  })
})

describe('weir clusters start', () => {
  it('is refused for a cluster that runs, and says what may be asked of it', async () => {
    await activeCluster(api())
    const ran = await clusters('start', 'orders')
    expect(ran.code).toBe(EXIT.refused)
    expect(ran.err).toContain('STATUS_NOT_ALLOWED')
  })
})

/** A cluster that is up and is kept when it is deleted. */
async function keepable(): Promise<string> {
  const ordered = await order(api(), '--keep-days', '7')
  await api().activate(ordered)
  await withVolumes(api().ports, ordered.clusterId)
  return ordered.clusterId
}

/** The same, deleted. */
async function kept(): Promise<string> {
  const clusterId = await keepable()
  const { id } = json(await clusters('delete', 'orders', '--yes', '-o', 'json'))
  await deletedAndKept(api().ports, clusterId, String(id))
  return clusterId
}

describe('weir clusters delete and restore', () => {
  it('keep a cluster for the days that were ordered, list it, and bring it back by its name', async () => {
    const clusterId = await kept()
    expect(json(await clusters('list', '-o', 'json')).items).toEqual([])
    const listed = await clusters('list', '--deleted')
    expect(listed.out).toMatch(/orders .* Deleted/)
    expect(listed.out).toContain('RESTORABLE UNTIL')
    const ran = await clusters('restore', 'orders', '-o', 'json')
    expect(json(ran)).toMatchObject({ type: 'restoreCluster', target: { id: clusterId } })
  })

  it('take away at once what is kept with --now', async () => {
    await kept()
    const ran = await clusters('delete', 'orders', '--yes', '--now', '-o', 'json')
    expect(json(ran)).toMatchObject({ type: 'deleteCluster', state: 'Pending' })
  })

  it('say before a delete for how long it can be undone', async () => {
    await keepable()
    const ran = await weir(api(), ['clusters', 'delete', 'orders'], { answer: 'no' })
    expect(ran.out).toContain('keeps it for 7 days')
  })
})

describe('what is done by the clock, and what must not be done', () => {
  it('is ordered, shown and ended by flags', async () => {
    await activeCluster(api(), '--stop-at', 'Mon-Fri 20:00', '--start-at', 'Mon-Fri 07:00')
    const get = async () => (await weir(api(), ['clusters', 'get', 'orders'])).out
    expect(await get()).toContain('stopped Mon-Fri 20:00 UTC, started Mon-Fri 07:00 UTC')
    const update = (...flags: readonly string[]) => weir(api(), ['clusters', 'update', 'orders', ...flags])
    expect((await update('--no-schedule', '--deletion-protection', 'on')).code).toBe(EXIT.ok)
    expect(await get()).not.toContain('stopped Mon-Fri')
    expect((await weir(api(), ['clusters', 'delete', 'orders', '--yes'])).err).toContain('--deletion-protection off')
    expect((await update('--deletion-protection', 'off')).code).toBe(EXIT.ok)
    expect((await weir(api(), ['clusters', 'delete', 'orders', '--yes'])).code).toBe(EXIT.ok)
  })
})
