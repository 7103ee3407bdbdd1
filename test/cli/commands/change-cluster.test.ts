import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { activeCluster, json, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()
const statusOf = async () => json(await weir(api(), ['clusters', 'get', 'orders', '-o', 'json'])).status

describe('weir clusters extend', () => {
  it('orders larger volumes and says how to follow the operation', async () => {
    await activeCluster(api())
    const ran = await weir(api(), ['clusters', 'extend', 'orders', '--volume-gib', '500'])
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('extendVolumes')
    expect(ran.out).toMatch(/weir operations watch op_/)
    expect(await statusOf()).toBe('Extending')
  })

  it('says why a volume cannot become smaller, and changes nothing', async () => {
    await activeCluster(api())
    const ran = await weir(api(), ['clusters', 'extend', 'orders', '--volume-gib', '1'])
    expect(ran.code).toBe(EXIT.refused)
    expect(ran.err).toContain('VOLUME_NOT_LARGER')
    expect(await statusOf()).toBe('Active')
  })
})

describe('weir clusters update', () => {
  const BOTH = ['orders', '--volume-gib', '500', '--config', 'queued.max.requests=600', '--label', 'team=web']

  it('changes several things in one operation and names its phases, which are those that plan has shown', async () => {
    await activeCluster(api())
    const planned = await weir(api(), ['clusters', 'plan', ...BOTH])
    expect(planned.out).toContain('updateCluster')
    expect(planned.out).toMatch(/Restarts +3/)
    const ran = await weir(api(), ['clusters', 'update', ...BOTH])
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('updateCluster')
    expect(ran.out).toMatch(/extendVolumes: 3 nodes, 0 restarts\n +updateConfig: 3 nodes, 3 restarts/)
    expect(await statusOf()).toBe('Extending')
  })

  it('lets in the ranges that are named and nobody else, by an operation that touches no broker', async () => {
    await activeCluster(api())
    const flags = ['orders', '--inbound', '10.0.0.0/16', '--inbound', 'office:192.0.2.0/24']
    const planned = await weir(api(), ['clusters', 'plan', ...flags])
    expect(planned.out).toContain('updateNetwork on no node')
    const ran = await weir(api(), ['clusters', 'update', ...flags])
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('updateNetwork')
    const shown = await weir(api(), ['clusters', 'get', 'orders'])
    expect(shown.out).toMatch(/Clients from +10\.0\.0\.0\/16 \(clients\)\n +192\.0\.2\.0\/24 \(office\)/)
    expect(await statusOf()).toBe('Updating')
  })

  it('says so where a change takes effect at once', async () => {
    await activeCluster(api())
    const ran = await weir(api(), ['clusters', 'update', 'orders', '--label', 'team=web'])
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('at once')
    const again = await weir(api(), ['clusters', 'update', 'orders', '--label', 'team=web'])
    expect(again.out).toContain('nothing: it is so already')
    expect(json(await weir(api(), ['clusters', 'get', 'orders', '-o', 'json'])).labels).toEqual({ team: 'web' })
  })
})

describe('weir clusters plan', () => {
  it('shows what would be done, on which brokers, and changes nothing', async () => {
    await activeCluster(api())
    const ran = await weir(api(), ['clusters', 'plan', 'orders', '--volume-gib', '500', '--label', 'team=web'])
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('extendVolumes on 1, 2, 3')
    expect(ran.out).toMatch(/Restarts +0/)
    expect(ran.out).toContain('/labels: {} -> {"team":"web"}')
    expect(await statusOf()).toBe('Active')
  })

  it('names every reason for which it would be refused', async () => {
    await activeCluster(api())
    const more = ['--config', 'queued.max.requests=600', '--kafka-version', '3.9.2']
    const ran = await weir(api(), ['clusters', 'plan', 'orders', '--volume-gib', '1', ...more])
    expect(ran.code).toBe(EXIT.ok)
    expect(ran.out).toContain('VOLUME_NOT_LARGER')
    expect(ran.out).toContain('CHANGE_NOT_SUPPORTED')
  })
})
