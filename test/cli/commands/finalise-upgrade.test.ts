import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { rolledOnto392 } from '../../api/levels-fixture.ts'
import { activeCluster, json, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()
const finalise = (...more: readonly string[]) => weir(api(), ['clusters', 'finalise-upgrade', 'orders', ...more])
const shown = async () => json(await weir(api(), ['clusters', 'get', 'orders', '-o', 'json']))

async function rolled(): Promise<void> {
  const { clusterId } = await activeCluster(api())
  await rolledOnto392(api(), clusterId)
}

describe('weir clusters finalise-upgrade', () => {
  it('shows which levels change and that there is no way back, and changes nothing', async () => {
    await rolled()
    const ran = await finalise('--plan')
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('/featureLevels/metadata.version: 19 -> 21')
    expect(ran.out).toContain('finaliseUpgrade on no node')
    expect(ran.out).toContain('cannot be taken back')
    expect(await shown()).toMatchObject({ status: 'Active', featureLevels: { 'metadata.version': 19 } })
  })

  it('orders it and says how to follow it', async () => {
    await rolled()
    const { out } = await weir(api(), ['clusters', 'get', 'orders'])
    expect(out).toMatch(/Feature levels +metadata\.version 19/)
    expect(out).toMatch(/Supported until +2027-12-31/)
    const ran = await finalise()
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toMatch(/weir operations watch op_/)
    expect(await shown()).toMatchObject({ status: 'Upgrading' })
  })

  it('says so where nothing is left to be done, and why it is refused', async () => {
    await activeCluster(api())
    expect((await finalise()).out).toContain('has the feature levels of Kafka 3.7.1 already')
    await rolledOnto392(api(), String((await shown()).id))
    api().ports.kafka.silent.add(3)
    const refused = await finalise()
    expect(refused.code).toBe(EXIT.refused)
    expect(refused.err).toContain('NODES_NOT_SERVING')
  })
})
