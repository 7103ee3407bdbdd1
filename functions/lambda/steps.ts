import { z } from 'zod'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Ports } from '../../shared/ports/ports.ts'
import type { Json } from '../../shared/ports/store.ts'
import { runStep } from '../../workflows/run-step.ts'
import { isStepName } from '../../workflows/steps/steps.ts'

const Invocation = z.object({
  step: z.string(),
  input: z.record(z.string(), z.unknown()),
  taskToken: z.string().optional(),
})

/**
 * What a workflow's Task invokes: one function per group of steps with the same needs, each running any step of its
 * group. The error's name is the catalogue's code, which Lambda hands to Step Functions.
 */
export function stepsHandler(ports: Ports): (event: unknown) => Promise<Json> {
  return async (event) => {
    const { step, input, taskToken } = Invocation.parse(event)
    if (!isStepName(step)) throw new DomainError('INTERNAL', `There is no step named ${step}.`)
    return runStep(ports, step, { ...input, ...(taskToken !== undefined && { taskToken }) })
  }
}
