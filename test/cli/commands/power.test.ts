import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { activeCluster, json, startBeside, weir } from '../command-line.ts'
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
