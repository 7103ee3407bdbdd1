import type { PortName } from '../shared/ports/ports.ts'
import { BASE_NEEDS } from './step.ts'
import { STEP_NAMES, STEPS, type StepName } from './steps/steps.ts'

/**
 * Steps that need the same ports run in one function, because they deserve the same grants; the group is named after
 * what it needs beyond the base ports. Nobody chooses a group: it follows from the step's list.
 */
export function stepGroup(name: StepName): string {
  const needs: readonly PortName[] = STEPS[name].needs
  const extra = needs.filter((need) => !BASE_NEEDS.some((base) => base === need)).toSorted()
  return extra.length === 0
    ? 'recordSteps'
    : `${extra.map((need, index) => (index === 0 ? need : capitalised(need))).join('')}Steps`
}

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/** One function of the deployment: its steps, their ports, and the longest timeout among them. */
export interface StepGroup {
  readonly name: string
  readonly steps: readonly StepName[]
  readonly needs: readonly PortName[]
  readonly timeoutSeconds: number
}

/** Every group, for whoever makes functions of them. */
export function stepGroups(): readonly StepGroup[] {
  const names = [...new Set(STEP_NAMES.map(stepGroup))].toSorted()
  return names.map((name) => {
    const steps = STEP_NAMES.filter((step) => stepGroup(step) === name)
    const needs = new Set<PortName>([...BASE_NEEDS, ...steps.flatMap((step): readonly PortName[] => STEPS[step].needs)])
    return {
      name,
      steps,
      needs: [...needs],
      timeoutSeconds: Math.max(...steps.map((step) => STEPS[step].timeoutSeconds)),
    }
  })
}
