import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { activeCluster, json, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()

describe('weir clusters config-history', () => {
  it('shows each revision with what it changed', async () => {
    await activeCluster(api())
    await weir(api(), ['clusters', 'configure', 'orders', '--set', 'log.retention.ms=1000'])
    const ran = await weir(api(), ['clusters', 'config-history', 'orders'])
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('2 (ordered)')
    expect(ran.out).toContain('log.retention.ms: default → 1000')
  })
})

describe('weir clusters restore-config', () => {
  it('orders a revision of the history anew', async () => {
    const { clusterId } = await activeCluster(api())
    const args = ['clusters', 'configure', 'orders', '--set', 'log.retention.ms=1000', '-o', 'json']
    const operationId = String(json(await weir(api(), args)).id)
    await api().play({ clusterId, operationId }, (draft) => {
      draft.enterCluster('Active', 'Healthy')
      const { activeOperationId: _, ...idle } = draft.cluster()
      draft.replaceCluster(idle)
      draft.setOperation({ state: 'Succeeded', finishedAt: draft.now })
    })
    const ran = await weir(api(), ['clusters', 'restore-config', 'orders', '1'])
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('updateConfig')
    const { config } = json(await weir(api(), ['clusters', 'get', 'orders', '-o', 'json']))
    expect(config).toEqual({})
  })

  it('refuses a revision that never was, and what is no number', async () => {
    await activeCluster(api())
    expect((await weir(api(), ['clusters', 'restore-config', 'orders', '7'])).err).toContain('has no configuration 7')
    expect((await weir(api(), ['clusters', 'restore-config', 'orders', 'last'])).code).toBe(EXIT.usage)
  })
})
