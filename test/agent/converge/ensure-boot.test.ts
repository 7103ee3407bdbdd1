import { describe, expect, it } from 'vitest'
import { ensureBoot } from '../../../agent/converge/ensure-boot.ts'
import { type StepResult, TerminalProblemError } from '../../../agent/converge/step.ts'
import { noProcess, type ProcessRecord } from '../../../agent/process/process-record.ts'
import { createVirtualClock } from '../../../local/virtual-clock.ts'
import type { DesiredHost } from '../../../shared/host-protocol/desired.ts'
import { aDesiredHost } from '../desired-host.ts'

/** A machine in `boot-1` whose Kafka is as the test says, with what was asked of it. */
function machine(state: ProcessRecord['state'] = 'Running', stopped: StepResult = { holds: true }) {
  const clock = createVirtualClock()
  const asked: string[] = []
  const stop = async (desired: DesiredHost) => {
    asked.push(desired.kafka.processState)
    return stopped
  }
  const step = ensureBoot({
    bootId: 'boot-1',
    clock,
    kafka: { record: () => ({ ...noProcess('boot-1'), state }) },
    process: { name: 'ensureProcess', problemCode: 'PROCESS_FAILED', ensure: stop },
    reboot: async () => void asked.push('reboot'),
  })
  return { clock, asked, ensure: (retiredBootId?: string) => step.ensure(retiring(retiredBootId)) }
}

const retiring = (retiredBootId?: string) => aDesiredHost(retiredBootId === undefined ? {} : { retiredBootId })

describe('a boot that shall be over', () => {
  it.each([undefined, 'boot-0'])('is not the one that runs when the wish says %s', async (wish) => {
    const { ensure, asked } = machine()
    expect(await ensure(wish)).toEqual({ holds: true })
    expect(asked).toEqual([])
  })

  it('ends when Kafka has', async () => {
    const { ensure, asked } = machine()
    expect(await ensure('boot-1')).toMatchObject({ holds: false })
    expect(asked).toEqual(['Stopped', 'reboot'])
  })

  it('goes on while Kafka stops', async () => {
    const stopping = { holds: false, lookAgainInMilliseconds: 500 }
    const { ensure, asked } = machine('Stopping', stopping)
    expect(await ensure('boot-1')).toEqual(stopping)
    expect(asked).toEqual(['Stopped'])
  })

  it('goes on while Kafka is in log recovery, which nobody interrupts', async () => {
    const { ensure, asked } = machine('Recovering')
    expect(await ensure('boot-1')).toEqual({ holds: false })
    expect(asked).toEqual([])
  })

  it('is a trouble that does not pass by itself when the machine has not gone down for ten minutes', async () => {
    const { ensure, clock } = machine()
    await ensure('boot-1')
    await clock.advance(599_000)
    await ensure('boot-1')
    await clock.advance(1000)
    await expect(ensure('boot-1')).rejects.toThrow(TerminalProblemError)
  })
})
