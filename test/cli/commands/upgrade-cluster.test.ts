import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { activeCluster, json, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()
const shown = async () => json(await weir(api(), ['clusters', 'get', 'orders', '-o', 'json']))

describe('weir clusters upgrade', () => {
  it('shows what it would come to without changing anything', async () => {
    await activeCluster(api())
    const ran = await weir(api(), ['clusters', 'upgrade', 'orders', '--to', '4.3.1', '--plan'])
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('upgradeKafka on 1, 2, 3')
    expect(ran.out).toMatch(/Restarts +3/)
    expect(ran.out).toContain('clients of release 2.1')
    expect(await shown()).toMatchObject({ status: 'Active', kafkaVersion: '3.7.1' })
  })

  it('orders the release, says how to follow it, and shows which nodes run which', async () => {
    await activeCluster(api())
    const ran = await weir(api(), ['clusters', 'upgrade', 'orders', '--to', '3.9.2'])
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('upgradeKafka')
    expect(ran.out).toMatch(/weir operations watch op_/)
    expect(await shown()).toMatchObject({ status: 'Upgrading', kafkaVersion: '3.9.2' })
    const { out } = await weir(api(), ['clusters', 'get', 'orders'])
    expect(out).toMatch(/Kafka +3\.9\.2 ordered; 3\.7\.1 on 1, 2, 3/)
  })

  it('says so where every node runs it already, and names a release that nobody has', async () => {
    await activeCluster(api())
    const same = await weir(api(), ['clusters', 'upgrade', 'orders', '--to', '3.7.1'])
    expect([same.code, same.out]).toEqual([EXIT.ok, expect.stringContaining('runs Kafka 3.7.1 already')])
    const unknown = await weir(api(), ['clusters', 'upgrade', 'orders', '--to', '4.2.0'])
    expect(unknown.code).toBe(EXIT.refused)
    expect(unknown.err).toContain('--kafka-version')
  })
})
