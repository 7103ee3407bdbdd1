import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { recordStep } from '../../../shared/state/step-record.ts'
import { json, order, startBeside, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()

const FAILURE = {
  code: 'BROKER_PROCESS_FAILED',
  detail: 'Kafka ended 5 times.',
  step: 'awaitBroker',
  nodeId: 2,
  logLines: ['FATAL disk', 'bye'],
} as const

describe('weir operations watch', () => {
  it('writes one line for every change where nobody looks on, and none twice', async () => {
    const operation = await order(api())
    const running = startBeside(api(), ['operations', 'watch', operation.operationId])
    await running.seen('broker 3')
    await recordStep(
      api().ports,
      { tenantId: 'acme', operationId: operation.operationId, attempt: 1, name: 'launchKafka', nodeId: 2 },
      { state: 'Waiting', reason: 'the host boots' },
      true,
    )
    await running.seen('launchKafka: the host boots')
    await api().activate(operation)
    const ran = await running.ended
    expect(ran).toMatchObject({ code: EXIT.ok, err: '' })
    const lines = ran.out.trim().split('\n')
    expect(lines).toContain('  broker 2       az-2  Starting  launchKafka: the host boots')
    expect(lines).toContain('  broker 2       az-2  Active    launchKafka abandoned')
    expect(lines.at(-1)).not.toContain('\u001b')
    expect(new Set(lines).size).toBe(lines.length)
  })

  it('ends with 1 and tells step, node and the last log lines of a failure', async () => {
    const operation = await order(api())
    await api().end(operation, { state: 'Failed', error: FAILURE })
    const ran = await weir(api(), ['operations', 'watch', operation.operationId])
    expect(ran.code).toBe(EXIT.operationFailed)
    for (const part of ['Kafka ended 5 times.', 'step awaitBroker, node 2', 'FATAL disk', 'bye']) {
      expect(ran.err).toContain(part)
    }
  })

  it('ends with 1 when the operation was cancelled', async () => {
    const operation = await order(api())
    await api().end(operation, { state: 'Cancelled' })
    expect((await weir(api(), ['operations', 'watch', operation.operationId])).code).toBe(EXIT.operationFailed)
  })

  it('ends with 5 when the time is up, and says how to go on', async () => {
    const { operationId } = await order(api())
    const ran = await weir(api(), ['operations', 'watch', operationId, '--timeout', '20'])
    expect(ran.code).toBe(EXIT.timeout)
    expect(ran.err).toContain(`weir operations watch ${operationId}`)
  })

  it('stays until a while after the deadline of the operation where nobody says for how long', async () => {
    const { clusterId, operationId } = await order(api())
    const deadlineAt = new Date(api().clock.now() - 890_000).toISOString()
    await changeCluster(api().ports, { tenantId: 'acme', clusterId, operationId }, (draft) =>
      draft.setOperation({ deadlineAt }),
    )
    const ran = await weir(api(), ['operations', 'watch', operationId])
    expect([ran.code, ran.err]).toEqual([EXIT.timeout, expect.stringContaining('has not ended by its deadline')])
    expect(api().clock.now()).toBeGreaterThan(Date.parse(deadlineAt) + 900_000)
  })

  it('ends with 130 on Ctrl-C', async () => {
    const { operationId } = await order(api())
    const running = startBeside(api(), ['operations', 'watch', operationId])
    await running.seen('broker 3')
    running.interrupt()
    const { code, err } = await running.ended
    expect([code, err]).toEqual([
      EXIT.interrupted,
      `createCluster goes on. Follow it: weir operations watch ${operationId}\n`,
    ])
  })

  it('prints the last state alone on standard output with -o json', async () => {
    const operation = await order(api())
    await api().activate(operation)
    const ran = await weir(api(), ['operations', 'watch', operation.operationId, '-o', 'json'])
    expect(json(ran)).toMatchObject({ id: operation.operationId, state: 'Succeeded' })
    expect(ran.err).toContain('createCluster Succeeded')
  })

  it('goes on through an outage of the control plane', async () => {
    const operation = await order(api())
    const running = startBeside(api(), ['operations', 'watch', operation.operationId])
    await running.seen('broker 3')
    const { store } = api().ports
    const { get } = store
    store.get = async () => {
      throw new Error('down')
    }
    await running.seen('Trying again.')
    store.get = get
    await api().activate(operation)
    expect((await running.ended).code).toBe(EXIT.ok)
  })
})

describe('weir operations list and show', () => {
  it('list operations with the code of their failure', async () => {
    const operation = await order(api())
    await api().end(operation, { state: 'Failed', error: FAILURE })
    const ran = await weir(api(), ['operations', 'list', '--cluster', 'orders', '--state', 'Failed'])
    expect(ran.out).toMatch(/^op_\w+ +createCluster +Failed +clu_\w+ .* BROKER_PROCESS_FAILED$/m)
    expect((await weir(api(), ['operations', 'list', '--state', 'Running'])).err).toBe('None.\n')
  })

  it('show the steps broker by broker', async () => {
    const { operationId } = await order(api())
    const target = { tenantId: 'acme', operationId, attempt: 1, name: 'ensureVolume', nodeId: 3 }
    await recordStep(api().ports, target, { state: 'Running' }, true)
    await recordStep(api().ports, target, { state: 'Succeeded', statusBefore: 'Starting', statusAfter: 'Starting' })
    const ran = await weir(api(), ['operations', 'show', operationId])
    expect(ran.out).toMatch(/^ {2}node 3, Starting, 0 s$/m)
    expect(ran.out).toMatch(/^ {4}ensureVolume +Succeeded +[0-9:]+ 0 s +Starting$/m)
  })
})
