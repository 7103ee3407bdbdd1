import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { activeCluster, json, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()
const shown = async () => json(await weir(api(), ['clusters', 'get', 'orders', '-o', 'json']))

describe('weir clusters configure', () => {
  it('sets and unsets keys, and says how to follow the operation', async () => {
    await activeCluster(api())
    const args = ['clusters', 'configure', 'orders', '--set', 'log.retention.ms=1000', '--unset', 'queued.max.requests']
    const ran = await weir(api(), args)
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('updateConfig')
    expect(ran.out).toMatch(/weir operations watch op_/)
    expect(await shown()).toMatchObject({ status: 'Updating', config: { 'log.retention.ms': '1000' } })
  })

  it('says which key is refused and why, and changes nothing', async () => {
    await activeCluster(api())
    const ran = await weir(api(), ['clusters', 'configure', 'orders', '--set', 'log.dirs=/tmp'])
    expect(ran.code).toBe(EXIT.refused)
    expect(ran.err).toContain('log.dirs')
    expect(await shown()).toMatchObject({ status: 'Active', config: {} })
  })

  it.each([[[]], [['--set', 'log.retention.ms']]])('asks nothing of the API without a change: %j', async (flags) => {
    await activeCluster(api())
    expect((await weir(api(), ['clusters', 'configure', 'orders', ...flags])).code).toBe(EXIT.usage)
  })
})
