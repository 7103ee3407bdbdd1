import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { activeCluster, json, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()
const dedicated = () => activeCluster(api(), '--topology', 'dedicated')
const scale = (...more: readonly string[]) => weir(api(), ['clusters', 'scale', 'orders', ...more])

describe('weir clusters scale', () => {
  it('orders more brokers, onto which replicas are moved, and says how to follow the operation', async () => {
    await dedicated()
    const ran = await scale('--brokers', '6')
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('expandBrokers')
    expect(ran.out).toContain('rebalanceCluster')
    expect(ran.out).toMatch(/weir operations watch op_/)
    const shown = json(await weir(api(), ['clusters', 'get', 'orders', '-o', 'json']))
    expect(shown).toMatchObject({ status: 'Expanding', brokers: { count: 6 } })
  })

  it('moves nothing with --no-rebalance, which plan shows beforehand', async () => {
    await dedicated()
    const planned = await weir(api(), ['clusters', 'plan', 'orders', '--brokers', '6', '--no-rebalance'])
    expect(planned.out).toContain('expandBrokers on 104, 105, 106')
    expect(planned.out).not.toContain('rebalanceCluster')
    const ran = await scale('--brokers', '6', '--no-rebalance')
    expect(ran.out).not.toContain('rebalanceCluster')
  })

  it('shows beforehand which brokers would go, and which rule a choice of them breaks', async () => {
    await activeCluster(api(), '--topology', 'dedicated', '--brokers', '6')
    const plan = (...more: readonly string[]) => weir(api(), ['clusters', 'plan', 'orders', '--brokers', '3', ...more])
    expect((await plan()).out).toContain('shrinkBrokers on 106, 105, 104')
    const chosen = await plan('--remove', '101', '--remove', '105', '--remove', '106')
    expect(chosen.out).toContain('shrinkBrokers on 101, 105, 106')
    const refused = await plan('--remove', '101')
    expect(refused.out).toContain('INVALID_FIELD at /brokers/removeNodeIds: 3 of 6 brokers are to stay: 3 to leave')
    expect(refused.out).not.toContain('takes effect at once')
  })

  it('takes away just those that --remove names, and names the flag where their choice breaks a rule', async () => {
    await activeCluster(api(), '--topology', 'dedicated', '--brokers', '6')
    const remove = (...nodes: readonly number[]) => nodes.flatMap((node) => ['--remove', String(node)])
    const refused = await scale('--brokers', '3', ...remove(101, 104, 105))
    expect(refused.code).toBe(EXIT.refused)
    expect(refused.err).toContain('--remove')
    const ran = await scale('--brokers', '3', ...remove(101, 105, 103), '-o', 'json')
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(json(ran)).toMatchObject({ type: 'shrinkBrokers', plan: { phases: [{ nodes: [101, 105, 103] }] } })
  })

  it('says so where there are as many already', async () => {
    await dedicated()
    const ran = await scale('--brokers', '3')
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('3 already')
  })

  it('is refused for a combined cluster', async () => {
    await activeCluster(api())
    const ran = await scale('--brokers', '6')
    expect(ran.code).toBe(EXIT.refused)
  })
})
