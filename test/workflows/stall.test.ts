import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProcessState } from '../../shared/host-protocol/report.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import type { OperationRecord, StepRecord } from '../../shared/records/operation.ts'
import { stallOf } from '../../workflows/stall.ts'
import { STEP_NAMES, STEPS, type StepName } from '../../workflows/steps/steps.ts'
import { aReport } from '../api/host-fixtures.ts'

const START = Date.UTC(2026, 10, 21, 10)
const at = (minute: number) => new Date(START + minute * 60_000).toISOString()
const now = (minute: number) => START + minute * 60_000

const operation: OperationRecord = {
  operationId: 'op_1',
  tenantId: 'acme',
  clusterId: 'clu_1',
  type: 'rebootBrokers',
  state: 'Running',
  requestedBy: 'ana',
  requestId: 'req_1',
  attempt: 1,
  generation: 1,
  createdAt: at(0),
  startedAt: at(0),
  deadlineAt: at(600),
  warnings: [],
}

const step = (name: StepName, calledAt: number, patch: Partial<StepRecord> = {}): StepRecord => ({
  operationId: 'op_1',
  attempt: 1,
  name,
  nodeId: 2,
  state: 'Running',
  attempts: 1,
  startedAt: at(0),
  calledAt: at(calledAt),
  ...patch,
})

const host = (reportedAt: number, patch: Partial<HostRecord> = {}): HostRecord => ({
  nodeId: 2,
  generation: 1,
  reportedAt: at(reportedAt),
  ...patch,
})

describe('an operation', () => {
  it('stalls when its newest step was not called again for 15 minutes', () => {
    const steps = [step('awaitInSync', 10, { state: 'Waiting', reason: 'behind on 3 partitions' })]
    expect(stallOf(operation, steps, [], now(25))).toBeUndefined()
    const { code, step: name, nodeId, detail } = stallOf(operation, steps, [], now(26))?.error ?? {}
    expect({ code, name, nodeId }).toEqual({ code: 'HOST_NOT_READY', name: 'awaitInSync', nodeId: 2 })
    expect(detail).toBe(
      'Nothing was heard of awaitInSync on node 2 for 16 minutes. What it waited for: behind on 3 partitions',
    )
  })

  it('lives by the reports of the host that it is parked on, and of no other', () => {
    const steps = [step('restartKafka', 0)]
    expect(stallOf(operation, steps, [host(60)], now(85))).toBeUndefined()
    expect(stallOf(operation, steps, [host(60)], now(91))).toBeDefined()
    expect(stallOf(operation, steps, [host(60, { nodeId: 3 })], now(61))).toBeDefined()
    expect(stallOf(operation, [step('awaitInSync', 0)], [host(60)], now(61))).toBeDefined()
  })

  it('does not live by a host that says the same problem again and again, unless that recovers its logs', () => {
    const steps = [step('restartKafka', 0)]
    const heldUp = (state: ProcessState) =>
      host(60, {
        problemSince: at(20),
        observed: aReport({
          process: { state, exitCount: 0 },
          problem: { code: 'CERTIFICATE_FAILED', detail: 'no certificate', terminal: false },
        }),
      })
    expect(stallOf(operation, steps, [heldUp('Running')], now(50))).toBeUndefined()
    expect(stallOf(operation, steps, [heldUp('Running')], now(51))?.error.detail).toContain(
      'restartKafka on node 2 came no further for 31 minutes.',
    )
    expect(stallOf(operation, steps, [heldUp('Recovering')], now(85))).toBeUndefined()
  })

  it('says what the host it is parked on had still to reach', () => {
    const wait = { taskToken: 't', operationId: 'op_1', attempt: 1, step: 'restartKafka', since: at(0) } as const
    const parked = host(0, { wait: { ...wait, condition: 'Running', revision: 4 } })
    const stall = stallOf(operation, [step('restartKafka', 0)], [parked], now(31))
    expect(stall?.error.detail).toContain('restartKafka on node 2 for 31 minutes. What it waited for: the host has not')
  })

  it('stalls between two steps, too, and when it was never begun', () => {
    const done = step('finishNode', 5, { state: 'Succeeded', finishedAt: at(6) })
    expect(stallOf(operation, [done], [], now(21))).toBeUndefined()
    expect(stallOf(operation, [done], [], now(22))?.error).toMatchObject({ code: 'INTERNAL' })
    expect(stallOf({ ...operation, state: 'Pending' }, [], [], now(16))).toBeDefined()
  })

  it('gets its whole time again with each attempt', () => {
    const ended = { attempt: 1, endedAt: at(40), state: 'GivenUp' } as const
    const next = { ...operation, attempt: 2, earlier: [ended] }
    expect(stallOf(next, [], [], now(54))).toBeUndefined()
    expect(stallOf(next, [], [], now(56))).toBeDefined()
    expect(stallOf({ ...next, resumedAt: at(100) }, [], [], now(114))).toBeUndefined()
  })

  it('never stalls while calls come as often as a step may take, and always does when they end, whatever the steps', () => {
    const anyStep = fc.record({
      name: fc.constantFrom(...STEP_NAMES),
      calledAt: fc.nat(60),
      state: fc.constantFrom('Running', 'Waiting', 'Succeeded', 'Failed'),
    })
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: 6 }), (drawn) => {
        const steps = drawn.map(({ name, calledAt, state }) =>
          step(name, calledAt, { state, ...(state === 'Succeeded' && { finishedAt: at(calledAt) }) }),
        )
        const last = Math.max(...drawn.map(({ calledAt }) => calledAt))
        const longest = Math.max(...drawn.map(({ name }) => STEPS[name].timeoutSeconds)) / 60
        expect(stallOf(operation, steps, [], now(last + longest + 1))).toBeUndefined()
        expect(stallOf(operation, steps, [], now(last + 3 * longest + 31))).toBeDefined()
      }),
    )
  })
})
