import { describe, expect, it } from 'vitest'
import { StaleGenerationError } from '../../../agent/control-plane/errors.ts'
import { converge, type HostSteps, stepsInOrder } from '../../../agent/converge/converge.ts'
import { type Step, type StepResult, TerminalProblemError } from '../../../agent/converge/step.ts'
import { aDesiredHost } from '../desired-host.ts'

const names = [
  'boot',
  'volume',
  'certificate',
  'release',
  'confined',
  'candidate',
  'config',
  'formatted',
  'process',
] as const

/** Steps that write down in which order they run; each holds unless the test says otherwise. */
function recordedSteps(outcomes: Partial<Record<(typeof names)[number], () => StepResult>> = {}) {
  const ran: string[] = []
  const step = (name: (typeof names)[number]): Step => ({
    name,
    problemCode: 'VOLUME_FAILED',
    ensure: async () => {
      ran.push(name)
      return outcomes[name]?.() ?? { holds: true }
    },
  })
  const steps: HostSteps = {
    boot: step('boot'),
    volume: step('volume'),
    certificate: step('certificate'),
    release: step('release'),
    confined: step('confined'),
    candidate: step('candidate'),
    config: step('config'),
    formatted: step('formatted'),
    process: step('process'),
  }
  return { ran, steps }
}

const running = aDesiredHost()
const stopped = aDesiredHost({ kafka: { processState: 'Stopped' } })
const problem = { code: 'VOLUME_FAILED', detail: 'no room', terminal: true } as const
const fail = (error: Error) => () => {
  throw error
}

describe('a pass', () => {
  it('starts Kafka after everything it needs', async () => {
    const { ran, steps } = recordedSteps()
    expect(await converge(stepsInOrder(steps, running), running)).toEqual({ inForce: true })
    expect(ran).toEqual(names)
  })

  it('stops Kafka before anything else, and prepares the host all the same', async () => {
    const { ran, steps } = recordedSteps()
    await converge(stepsInOrder(steps, stopped), stopped)
    expect(ran).toEqual(['boot', 'process', ...names.filter((name) => name !== 'boot' && name !== 'process')])
  })

  it('does not go on past a step that does not hold', async () => {
    const { ran, steps } = recordedSteps({ release: () => ({ holds: false, lookAgainInMilliseconds: 500 }) })
    expect(await converge(stepsInOrder(steps, running), running)).toEqual({
      inForce: false,
      lookAgainInMilliseconds: 500,
    })
    expect(ran).toEqual(['boot', 'volume', 'certificate', 'release'])
  })

  it('goes on past a problem that Kafka can live with, and is not in force', async () => {
    const { ran, steps } = recordedSteps({ volume: () => ({ holds: true, problem }) })
    expect(await converge(stepsInOrder(steps, running), running)).toEqual({ inForce: false, problem })
    expect(ran).toEqual(names)
  })

  it('looks again at the earliest time that any step asks for', async () => {
    const { steps } = recordedSteps({
      certificate: () => ({ holds: true, lookAgainInMilliseconds: 9000 }),
      process: () => ({ holds: true, lookAgainInMilliseconds: 3000 }),
    })
    expect(await converge(stepsInOrder(steps, running), running)).toMatchObject({ lookAgainInMilliseconds: 3000 })
  })
})

describe('a step that throws', () => {
  it('is a problem in the words of what it threw, without secrets', async () => {
    const { steps } = recordedSteps({ volume: fail(new Error('mount: wrong fs type\npassword=hunter2')) })
    expect((await converge(stepsInOrder(steps, running), running)).problem).toEqual({
      code: 'VOLUME_FAILED',
      detail: 'mount: wrong fs type\npassword=[redacted]',
      terminal: false,
    })
  })

  it('is a terminal problem only when it says so', async () => {
    const { steps } = recordedSteps({ volume: fail(new TerminalProblemError('no room')) })
    expect((await converge(stepsInOrder(steps, running), running)).problem).toEqual(problem)
  })

  it('keeps the end of words that are too long for a report', async () => {
    const { steps } = recordedSteps({ volume: fail(new Error(`${'x'.repeat(5000)} the end`)) })
    const detail = (await converge(stepsInOrder(steps, running), running)).problem?.detail
    expect(detail?.length).toBeLessThanOrEqual(2000)
    expect(detail).toMatch(/the end$/u)
  })

  it('ends the pass when a newer process owns the host', async () => {
    const { steps } = recordedSteps({ certificate: fail(new StaleGenerationError('succeeded')) })
    await expect(converge(stepsInOrder(steps, running), running)).rejects.toThrow(StaleGenerationError)
  })
})
