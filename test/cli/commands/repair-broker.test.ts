import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { activeCluster, json, startBeside, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()
const repair = (...more: readonly string[]) => weir(api(), ['brokers', 'repair', 'orders', '2', ...more])
const warningsOf = async (ran: ReturnType<typeof repair>) => json(await ran).warnings

async function down(): Promise<string> {
  const { clusterId } = await activeCluster(api())
  await changeCluster(api().ports, { tenantId: 'acme', clusterId }, (draft) => {
    draft.replaceCluster({ ...draft.cluster(), ledgerSequence: 1 })
    draft.setHealth(2, 'Unavailable', 'It was switched off.')
    draft.setClusterHealth('Degraded')
  })
  return clusterId
}

describe('weir brokers repair', () => {
  it('orders the repair of a broker that does not serve', async () => {
    await down()
    expect(json(await repair('-o', 'json'))).toMatchObject({ type: 'repairBrokers', warnings: [] })
  })

  it('says that a broker serves, and of one that there is none', async () => {
    await down()
    const serves = await weir(api(), ['brokers', 'repair', 'orders', '1'])
    expect(serves.code).toBe(EXIT.refused)
    expect(serves.err).toContain('STATUS_NOT_ALLOWED')
    const absent = await weir(api(), ['brokers', 'repair', 'orders', '9'])
    expect(absent.err).toContain('BROKER_NOT_FOUND')
  })

  it('shows the broker coming back with --wait', async () => {
    const clusterId = await down()
    const running = startBeside(api(), ['brokers', 'repair', 'orders', '2', '--wait'])
    await running.seen('repairBrokers Pending')
    const [{ id }] = Object(json(await weir(api(), ['operations', 'list', '-o', 'json']))).items
    const operation = { operationId: String(id), clusterId }
    await api().play(operation, (draft) => draft.enterBroker(2, 'Repairing', {}))
    await running.seen('Repairing')
    await api().end(operation, { state: 'Succeeded' })
    const ran = await running.ended
    expect(ran).toMatchObject({ code: EXIT.ok, err: '' })
    expect(ran.out).toContain('Repaired: node 2.')
  })

  it.each(['--accept-data-loss', '--replace-volume'])(
    'asks nobody and changes nothing with %s alone',
    async (option) => {
      await down()
      const ran = await repair(option)
      expect(ran.code).toBe(EXIT.usage)
      expect(ran.err).toContain('--yes')
      expect(Object(json(await weir(api(), ['operations', 'list', '-o', 'json']))).items).toHaveLength(1)
    },
  )

  it('passes on what was accepted with --yes', async () => {
    await down()
    expect(await warningsOf(repair('--accept-data-loss', '--replace-volume', '--yes', '-o', 'json'))).toEqual([
      expect.stringContaining('replaced by an empty one'),
      expect.stringContaining('are given up'),
    ])
  })
})
