import { describe, expect, it } from 'vitest'
import { isOffered, lifecycleOf, OPERATION_TYPES } from '../../shared/lifecycle/lifecycle.ts'
import { stepsOf } from '../../workflows/render.ts'
import { WORKFLOWS } from '../../workflows/workflows.ts'

describe('the workflows', () => {
  it('are exactly those of the operations that the lifecycle offers', () => {
    expect(Object.keys(WORKFLOWS).toSorted()).toEqual(OPERATION_TYPES.filter(isOffered).toSorted())
  })

  it.each(Object.entries(WORKFLOWS))(
    '%s begins its operation first and has a step that completes it',
    (_, workflow) => {
      const start = workflow.States[workflow.StartAt]
      expect(start?.Type === 'Task' && start.Step).toBe('beginOperation')
      expect(stepsOf(workflow).some((step) => step.startsWith('complete'))).toBe(true)
    },
  )

  it('take a cluster over by preemption only where they first stop what they preempt', () => {
    for (const type of OPERATION_TYPES.filter(isOffered)) {
      expect(stepsOf(WORKFLOWS[type]).includes('stopPreempted'), type).toBe(lifecycleOf(type).preempts)
    }
  })
})
