import { describe, expect, it } from 'vitest'
import { stepGroup, stepGroups } from '../../workflows/step-groups.ts'
import { STEP_NAMES, STEPS } from '../../workflows/steps/steps.ts'

describe('the groups of steps', () => {
  it('hold every step exactly once', () => {
    expect(
      stepGroups()
        .flatMap(({ steps }) => steps)
        .toSorted(),
    ).toEqual([...STEP_NAMES].toSorted())
  })

  it('give no step a port that it does not need, beyond those of every step', () => {
    for (const { name, steps, needs } of stepGroups()) {
      for (const step of steps) {
        const own: readonly string[] = ['store', 'clock', 'ids', 'log', ...STEPS[step].needs]
        expect(
          needs.filter((need) => !own.includes(need)),
          `${step} in ${name}`,
        ).toEqual([])
        expect(
          own.filter((need) => !needs.some((given) => given === need)),
          `${step} in ${name}`,
        ).toEqual([])
      }
    }
  })

  it('let a function run as long as its longest step', () => {
    for (const step of STEP_NAMES) {
      const group = stepGroups().find(({ name }) => name === stepGroup(step))
      expect(group?.timeoutSeconds).toBeGreaterThanOrEqual(STEPS[step].timeoutSeconds)
    }
  })
})
