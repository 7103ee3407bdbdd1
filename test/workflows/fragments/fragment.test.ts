import { describe, expect, it } from 'vitest'
import { atBorder } from '../../../workflows/fragments/border.ts'
import { configPhase } from '../../../workflows/fragments/config-phase.ts'
import { extendPhase } from '../../../workflows/fragments/extend-phase.ts'
import { fragment } from '../../../workflows/fragments/fragment.ts'
import { outcomes } from '../../../workflows/fragments/outcomes.ts'
import { defineWorkflow } from '../../../workflows/workflow.ts'

const BEGIN = { Comment: 'test', StartAt: 'Begin', TimeoutSeconds: 60, OnError: 'RecordFailure' } as const

describe('a fragment of a workflow', () => {
  it('does not compile where it goes on to neither a state of its own nor a declared exit', () => {
    const begin = fragment(['Done'], {
      // @ts-expect-error: there is no state Doen
      Begin: { Type: 'Task', Step: 'beginOperation', Next: 'Doen' },
    })
    expect(Object.keys(begin)).toEqual(['Begin'])
  })

  it('does not compile in a workflow that lacks one of its exits', () => {
    const workflow = defineWorkflow({
      ...BEGIN,
      // @ts-expect-error: nothing here is called ChooseExtension
      States: { Begin: { Type: 'Task', Step: 'beginOperation', Next: 'ChooseExtension' }, ...outcomes },
    })
    const other = defineWorkflow({
      ...BEGIN,
      StartAt: 'ChooseExtension',
      // @ts-expect-error: the phase goes on to a state that the workflow does not have
      States: { ...extendPhase('Nowhere'), ...outcomes },
    })
    expect([workflow.StartAt, other.StartAt]).toEqual(['Begin', 'ChooseExtension'])
  })

  it('does not compile where a verdict leads to a state that does not exist', () => {
    const border = fragment(['RecordPaused', 'RecordCancelled', 'Done'], {
      // @ts-expect-error: there is no state EnterRebootin
      Verdict: atBorder({ Next: 'EnterRebootin' }, 'Done'),
    })
    expect(Object.keys(border)).toEqual(['Verdict'])
  })

  it('heeds a wish to pause or cancel at every border', () => {
    expect(atBorder({ Next: 'EnterRebooting' }, 'Done')).toMatchObject({
      Choices: [
        { Condition: "{% $verdict = 'Next' %}", Next: 'EnterRebooting' },
        { Condition: "{% $verdict = 'Pause' %}", Next: 'RecordPaused' },
        { Condition: "{% $verdict = 'Cancel' %}", Next: 'RecordCancelled' },
      ],
      Default: 'Done',
    })
  })

  it('shares no name of a state with another phase, so that phases can follow each other', () => {
    const names = [extendPhase('EnterUpdating'), configPhase('CompleteOperation'), outcomes].flatMap(Object.keys)
    expect(new Set(names).size).toBe(names.length)
  })
})
