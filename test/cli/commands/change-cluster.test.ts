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
    const ran = await weir(api(), ['clusters', 'plan', 'orders', '--volume-gib', '1', '--kafka-version', '3.9.2'])
    expect(ran.code).toBe(EXIT.ok)
    expect(ran.out).toContain('VOLUME_NOT_LARGER')
    expect(ran.out).toContain('CHANGE_NOT_SUPPORTED')
  })
})
