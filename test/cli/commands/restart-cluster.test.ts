import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { activeCluster, json, order, startBeside, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()
const restart = (...more: readonly string[]) => weir(api(), ['clusters', 'restart', 'orders', ...more])

describe('weir clusters restart', () => {
  it('orders the restart of all nodes', async () => {
    await activeCluster(api())
    const ran = await restart('-o', 'json')
    expect(json(ran)).toMatchObject({ type: 'rebootBrokers', progress: { brokersTotal: 3 } })
  })

  it('orders the restart of one node alone with --broker', async () => {
    await activeCluster(api())
    expect(json(await restart('--broker', '2', '-o', 'json'))).toMatchObject({ progress: { brokersTotal: 1 } })
  })

  it('orders a reboot of the machines with --mode host', async () => {
    await activeCluster(api())
    const { id } = json(await restart('--mode', 'host', '-o', 'json'))
    const shown = json(await weir(api(), ['operations', 'show', String(id), '-o', 'json']))
    expect(shown).toMatchObject({ plan: { phases: [{ kind: 'rebootBrokers', mode: 'host' }] } })
  })

  it('shows the plan and orders nothing with --validate-only', async () => {
    await activeCluster(api())
    const ran = await restart('--mode', 'host', '--validate-only')
    expect(ran.out).toContain('rebootBrokers (host) on 1, 3, 2')
    expect(json(await weir(api(), ['operations', 'list', '-o', 'json'])).items).toHaveLength(1)
  })

  it('knows no other mode', async () => {
    const ran = await restart('--mode', 'power')
    expect(ran.code).toBe(EXIT.usage)
    expect(ran.err).toContain('process, host')
  })

  it('says that there is no such broker', async () => {
    await activeCluster(api())
    const ran = await restart('--broker', '9')
    expect(ran.code).toBe(EXIT.refused)
    expect(ran.err).toContain('BROKER_NOT_FOUND')
  })

  it('is refused while another operation runs, and says which', async () => {
    const { operationId } = await order(api())
    const ran = await restart()
    expect(ran.code).toBe(EXIT.refused)
    expect(ran.err).toContain(operationId)
  })

  it('shows the nodes going down and coming back with --wait', async () => {
    const { clusterId } = await activeCluster(api())
    const running = startBeside(api(), ['clusters', 'restart', 'orders', '--wait'])
    await running.seen('rebootBrokers Pending')
    const [{ id }] = Object(json(await weir(api(), ['operations', 'list', '-o', 'json']))).items
    const operation = { operationId: String(id), clusterId }
    await api().play(operation, (draft) => draft.enterBroker(1, 'Rebooting', {}))
    await running.seen('broker 1       az-1  Rebooting')
    await api().end(operation, { state: 'Succeeded' })
    const ran = await running.ended
    expect(ran).toMatchObject({ code: EXIT.ok, err: '' })
    expect(ran.out).toContain('Restarted: all nodes.')
  })
})
