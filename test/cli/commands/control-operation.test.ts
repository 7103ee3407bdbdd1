import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import type { OperationRef } from '../api-server.ts'
import { json, order, restart, startBeside, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()

/** What the workflow does between two brokers when it was asked to pause. */
const rest = (operation: OperationRef) =>
  api().play(operation, (draft) => {
    const { control: _heeded, ...resting } = draft.operation()
    draft.replaceOperation({ ...resting, state: 'Paused' })
  })

const control = (verb: string, { operationId }: OperationRef, ...more: readonly string[]) =>
  weir(api(), ['operations', verb, operationId, ...more])

describe('weir operations pause, resume and cancel', () => {
  it('ask and come back at once, and say how to follow', async () => {
    const operation = await restart(api())
    const ran = await control('pause', operation)
    expect(ran).toMatchObject({ code: EXIT.ok, err: '' })
    expect(ran.out).toContain(`weir operations watch ${operation.operationId}`)
  })

  it('tell what is allowed instead, of an operation that cannot be asked for it', async () => {
    const operation = await restart(api())
    const ran = await control('resume', operation)
    expect(ran.code).toBe(EXIT.refused)
    expect(ran.err).toContain('OPERATION_NOT_CONTROLLABLE')
    expect(ran.err).toContain('Allowed now: pause, cancel')
    expect((await control('cancel', await order(api(), '--name', 'other'))).code).toBe(EXIT.refused)
  })

  it('pause --wait ends with 0 once the operation rests', async () => {
    const operation = await restart(api())
    const running = startBeside(api(), ['operations', 'pause', operation.operationId, '--wait'])
    await running.seen('broker 3')
    await rest(operation)
    const ran = await running.ended
    expect(ran).toMatchObject({ code: EXIT.ok, err: '' })
    expect(ran.out).toContain(`weir operations resume ${operation.operationId}`)
  })

  it('pause --wait ends with 1 when the operation has ended before it could rest', async () => {
    const operation = await restart(api())
    const running = startBeside(api(), ['operations', 'pause', operation.operationId, '--wait'])
    await running.seen('broker 3')
    await api().end(operation, { state: 'Succeeded' })
    const ran = await running.ended
    expect(ran.code).toBe(EXIT.operationFailed)
    expect(ran.err).toContain('ended Succeeded')
  })

  it('cancel --wait ends with 0 once the operation is cancelled', async () => {
    const operation = await restart(api())
    await rest(operation)
    const ran = await control('cancel', operation, '--wait', '-o', 'json')
    expect(ran.code).toBe(EXIT.ok)
    expect(json(ran)).toMatchObject({ state: 'Cancelled', allowedActions: [] })
  })

  it('cancel --wait says so where the operation succeeded all the same', async () => {
    const operation = await restart(api())
    const running = startBeside(api(), ['operations', 'cancel', operation.operationId, '--wait'])
    await running.seen('broker 3')
    await api().end(operation, { state: 'Succeeded' })
    const { code, err } = await running.ended
    expect([code, err]).toEqual([EXIT.operationFailed, expect.stringContaining('could become Cancelled')])
  })

  it('resume --wait follows the new attempt to its end', async () => {
    const operation = await restart(api())
    await rest(operation)
    const running = startBeside(api(), ['operations', 'resume', operation.operationId, '--wait'])
    await running.seen('rebootBrokers Pending, attempt 2')
    await api().end(operation, { state: 'Succeeded' })
    expect((await running.ended).code).toBe(EXIT.ok)
  })
})

describe('weir operations watch', () => {
  it('stays with an operation that rests, and goes on with its next attempt', async () => {
    const operation = await restart(api())
    const running = startBeside(api(), ['operations', 'watch', operation.operationId])
    await running.seen('broker 3')
    await rest(operation)
    await running.seen('rebootBrokers Paused')
    await control('resume', operation)
    await running.seen('rebootBrokers Pending, attempt 2')
    await api().end(operation, { state: 'Succeeded' })
    expect(await running.ended).toMatchObject({ code: EXIT.ok, err: '' })
  })

  it('says on Ctrl-C that the operation goes on, and how to end that, too', async () => {
    const operation = await restart(api())
    const running = startBeside(api(), ['operations', 'watch', operation.operationId])
    await running.seen('broker 3')
    running.interrupt()
    expect((await running.ended).err).toContain(`weir operations cancel ${operation.operationId}`)
  })

  it('says that the operation rests and how to take it up when the time is up', async () => {
    const operation = await restart(api())
    await rest(operation)
    const ran = await control('watch', operation, '--timeout', '20')
    expect(ran.code).toBe(EXIT.timeout)
    expect(ran.err).toContain('it rests')
    expect(ran.err).toContain(`weir operations resume ${operation.operationId}`)
  })
})
