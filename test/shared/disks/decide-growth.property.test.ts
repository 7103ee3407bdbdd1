import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideGrowth, type GrowthQuestion } from '../../../shared/disks/decide-growth.ts'

const anyQuestion: fc.Arbitrary<GrowthQuestion> = fc
  .record({
    planned: fc.option(fc.integer({ min: 10, max: 96 }), { nil: undefined }),
    above: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    orderedGiB: fc.integer({ min: 1, max: 16_384 }),
    moreGiB: fc.nat(16_384),
    lagGiB: fc.nat(200),
    used: fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 6 }),
  })
  .map(({ planned, above, orderedGiB, moreGiB, lagGiB, used }) => {
    const emergency = planned === undefined ? 50 + (above ?? 0) : above && Math.min(98, planned + above)
    const volumeGiB = Math.max(1, orderedGiB - lagGiB)
    return {
      autoscaling: {
        ...(planned !== undefined && { plannedAtPercent: planned }),
        ...(emergency !== undefined && { emergencyAtPercent: emergency }),
        limitGiB: orderedGiB + moreGiB,
      },
      orderedGiB,
      lags: volumeGiB < orderedGiB,
      usages: used.map((usedPercent, index) => ({
        nodeId: index + 1,
        volumeGiB,
        usedPercent,
        usedBytes: Math.floor((usedPercent / 100) * volumeGiB * 1024 ** 3),
      })),
    }
  })

const filled = (question: GrowthQuestion, by: number): GrowthQuestion => ({
  ...question,
  usages: question.usages.map((usage) => ({ ...usage, usedPercent: Math.min(100, usage.usedPercent + by) })),
})

/** How much is asked for: nothing, something in the window, something at once; and to which size. */
const weight = (question: GrowthQuestion) => {
  const decision = decideGrowth(question)
  const rank = { Calm: 0, Unchanged: 1, AtLimit: 2, Grow: 3 }[decision.kind]
  return decision.kind === 'Grow' ? [rank + Number(decision.urgency === 'Emergency'), decision.toGiB] : [rank, 0]
}

describe('the growth of volumes', () => {
  it('never goes beyond the limit and never shrinks a volume', () =>
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const decision = decideGrowth(question)
        if (decision.kind !== 'Grow') return
        expect(decision.toGiB).toBeLessThanOrEqual(question.autoscaling.limitGiB)
        expect(decision.toGiB).toBeGreaterThanOrEqual(question.orderedGiB)
        if (!question.lags) expect(decision.toGiB).toBeGreaterThan(question.orderedGiB)
        expect(Number.isInteger(decision.toGiB)).toBe(true)
      }),
    ))

  it('is decided by the fullest volume and its threshold, and not below it', () =>
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const { plannedAtPercent: planned, emergencyAtPercent: emergency } = question.autoscaling
        const most = Math.max(-1, ...question.usages.map(({ usedPercent }) => usedPercent))
        const decision = decideGrowth(question)
        const acts = decision.kind === 'Grow' || decision.kind === 'AtLimit'
        expect(acts).toBe(most >= Math.min(planned ?? 200, emergency ?? 200))
        if (!acts) return
        expect(decision.usedPercent).toBe(most)
        if (decision.kind === 'Grow')
          expect(decision.urgency).toBe(most >= (emergency ?? 200) ? 'Emergency' : 'Planned')
      }),
    ))

  it('leaves the fullest volume below the threshold, and is at least a fifth, unless the limit or a lag is in its way', () =>
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const decision = decideGrowth(question)
        const { plannedAtPercent, emergencyAtPercent = 0, limitGiB } = question.autoscaling
        if (decision.kind !== 'Grow' || decision.toGiB === limitGiB) return
        for (const { volumeGiB, usedPercent } of question.usages)
          expect((usedPercent * volumeGiB) / decision.toGiB).toBeLessThan(plannedAtPercent ?? emergencyAtPercent)
        if (decision.toGiB > question.orderedGiB)
          expect(decision.toGiB).toBeGreaterThanOrEqual(question.orderedGiB * 1.2)
      }),
    ))

  it('asks for no less when volumes are fuller', () =>
    fc.assert(
      fc.property(anyQuestion, fc.nat(100), (question, by) => {
        const [rank = 0, size = 0] = weight(question)
        const [fuller = 0, larger = 0] = weight(filled(question, by))
        expect(fuller).toBeGreaterThanOrEqual(rank)
        if (rank >= 3) expect(larger).toBeGreaterThanOrEqual(size)
      }),
    ))

  it('comes to an end for volumes that stay full: at the limit, within a few dozen steps', () =>
    fc.assert(
      fc.property(anyQuestion, (question) => {
        fc.pre(question.usages.length > 0)
        let asked: GrowthQuestion = filled({ ...question, lags: false }, 100)
        for (let steps = 0; steps < 60; steps++) {
          const decision = decideGrowth(asked)
          if (decision.kind === 'AtLimit') {
            expect(asked.orderedGiB).toBe(question.autoscaling.limitGiB)
            return
          }
          if (decision.kind !== 'Grow') expect.fail(`it was ${decision.kind}`)
          const orderedGiB = decision.toGiB
          asked = { ...asked, orderedGiB, usages: asked.usages.map((usage) => ({ ...usage, volumeGiB: orderedGiB })) }
        }
        expect.fail('it went on')
      }),
    ))
})
