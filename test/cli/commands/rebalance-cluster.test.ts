import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { activeCluster, json, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()
const rebalance = (...more: readonly string[]) => weir(api(), ['clusters', 'rebalance', 'orders', ...more])

/** All of its replicas stand on the first broker. */
async function skewed(): Promise<void> {
  await activeCluster(api())
  const flags = ['--partitions', '6', '--replication-factor', '1', '--config', 'min.insync.replicas=1']
  await weir(api(), ['topics', 'create', 'orders', 'skewed', ...flags])
}

describe('weir clusters rebalance', () => {
  it('shows what it would do with --plan, and moves nothing', async () => {
    await skewed()
    const ran = await rebalance('--plan', '--throttle', '7')
    expect(ran).toMatchObject({ code: EXIT.ok, err: '' })
    expect(ran.out).toContain('5 partitions, 4 of them copied')
    expect(ran.out).toContain('7 MiB/s for each broker')
    expect(json(await weir(api(), ['operations', 'list', '-o', 'json'])).items).toHaveLength(1)
  })

  it('approves what it has shown, with --yes where nobody can answer', async () => {
    await skewed()
    const refused = await rebalance()
    expect(refused.code).toBe(EXIT.usage)
    expect(refused.err).toContain('--yes')
    expect(json(await rebalance('--yes', '-o', 'json'))).toMatchObject({ type: 'rebalanceCluster', state: 'Pending' })
  })

  it('approves a proposal of before with --proposal', async () => {
    await skewed()
    const { id } = json(await rebalance('--plan', '-o', 'json'))
    expect(json(await rebalance('--proposal', String(id), '-o', 'json'))).toMatchObject({ type: 'rebalanceCluster' })
  })

  it('moves nothing with --plan, also of a proposal of before, and takes no other throttle for it', async () => {
    await skewed()
    const { id } = json(await rebalance('--plan', '--throttle', '7', '-o', 'json'))
    expect((await rebalance('--plan', '--proposal', String(id))).out).toContain('7 MiB/s for each broker')
    const refused = await rebalance('--proposal', String(id), '--throttle', '9', '--yes')
    expect([refused.code, refused.err]).toEqual([EXIT.refused, expect.stringContaining('not_with_proposal')])
    expect(json(await weir(api(), ['operations', 'list', '-o', 'json'])).items).toHaveLength(1)
  })

  it('says that there is nothing to do', async () => {
    await activeCluster(api())
    const ran = await rebalance('--kind', 'disk', '--yes')
    expect(ran.out).toContain('nothing to do')
    expect(json(await weir(api(), ['operations', 'list', '-o', 'json'])).items).toHaveLength(1)
  })
})
