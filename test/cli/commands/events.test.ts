import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { order, startBeside, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()
const cursorIn = (text: string) => /--after (\S+)/.exec(text)?.[1] ?? ''

describe('weir events tail', () => {
  it('prints the newest events that are there, and the cursor behind them', async () => {
    const { clusterId, operationId } = await order(api())
    await api().projectEvents()
    const all = await weir(api(), ['events', 'tail', '--no-follow'])
    expect(all.out).toContain(`${clusterId}  #1  kafka.`)
    const last = await weir(api(), ['events', 'tail', '--no-follow', '-n', '1'])
    expect(last.out.trim()).toBe(all.out.trim().split('\n').at(-1))
    expect((await weir(api(), ['events', 'tail', '--no-follow', '-n', '0'])).out).toBe('')
    expect(all.out).toContain(operationId)
  })

  it('takes a cursor up again without a gap and without a repeat', async () => {
    await order(api())
    await api().projectEvents()
    const before = await weir(api(), ['events', 'tail', '--no-follow'])
    await order(api(), '--name', 'second')
    await api().projectEvents()
    const after = await weir(api(), ['events', 'tail', '--no-follow', '--after', cursorIn(before.err)])
    const all = await weir(api(), ['events', 'tail', '--no-follow', '-n', '100'])
    expect(before.out + after.out).toBe(all.out)
    expect(after.out).not.toBe('')
  })

  it('prints each new event as a line of CloudEvents JSON until Ctrl-C', async () => {
    const first = await order(api())
    await api().projectEvents()
    const running = startBeside(api(), ['events', 'tail', '-o', 'json', '--type', 'kafka.operation.created.v1'])
    await running.seen(first.operationId)
    const { operationId } = await order(api(), '--name', 'second')
    await api().projectEvents()
    await running.seen(operationId)
    running.interrupt()
    const ran = await running.ended
    expect(ran.code).toBe(EXIT.interrupted)
    const events = ran.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.at(-1)).toMatchObject({ specversion: '1.0', subject: operationId })
    expect(events.every(({ type }) => type === 'kafka.operation.created.v1')).toBe(true)
    expect(cursorIn(ran.err)).not.toBe('')
  })

  it('shows the events of one cluster only', async () => {
    const { clusterId } = await order(api())
    await order(api(), '--name', 'second')
    await api().projectEvents()
    const { out } = await weir(api(), ['events', 'tail', '--no-follow', '--cluster', 'orders'])
    expect(
      out
        .trim()
        .split('\n')
        .every((line) => line.includes(clusterId)),
    ).toBe(true)
  })
})
