import { StateFailure } from './failure.ts'
import type { ChoiceState } from './program.ts'
import { type Exit, evaluateField, evaluationFailure, leave, type Visit } from './run.ts'

/** Takes the first rule whose condition is true, else the default; each of them has its own Output and Assign. */
export async function runChoice(visit: Visit, state: ChoiceState): Promise<Exit> {
  for (const [index, rule] of state.Choices.entries()) {
    const field = `Choices[${index}]/Condition`
    const holds = await evaluateField(visit, field, rule.Condition)
    if (typeof holds !== 'boolean') throw evaluationFailure(visit, field, `The condition ${field} must give a boolean.`)
    if (holds) return { ...(await leave(visit, rule, {}, visit.input)), next: rule.Next }
  }
  if (state.Default !== undefined) return { ...(await leave(visit, state, {}, visit.input)), next: state.Default }
  throw new StateFailure(
    'States.NoChoiceMatched',
    `Failed to transition out of the state '${visit.name}': no rule held.`,
  )
}
