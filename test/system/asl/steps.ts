import { systemClock } from '../../../functions/adapters/system-clock.ts'
import { createEngine } from '../../../local/asl/engine.ts'
import { createSqliteJournal } from '../../../local/asl/sqlite-journal.ts'

/**
 * A process that runs a workflow of four steps with its journal in a file: `node steps.ts FILE [STEP]`. It prints every
 * step it calls and how the workflow ended; the step named as the second argument never answers.
 */
const [file = '', hangingStep] = process.argv.slice(2)

const step = (name: string, more: { readonly [field: string]: string | boolean }) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: name, Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
  ...more,
})

const engine = createEngine({
  definitions: {
    steps: {
      QueryLanguage: 'JSONata',
      StartAt: 'One',
      States: {
        One: step('one', { Next: 'Pause' }),
        Pause: { Type: 'Wait', Seconds: 0, Next: 'Both' },
        Both: {
          Type: 'Map',
          MaxConcurrency: 1,
          Items: ['two', 'three'],
          ItemProcessor: {
            StartAt: 'Each',
            States: { Each: step('{% $states.context.Map.Item.Value %}', { End: true }) },
          },
          Next: 'Four',
        },
        Four: step('four', { End: true }),
      },
    },
  },
  journal: createSqliteJournal(file),
  clock: systemClock,
  invoke: async (name) => {
    console.log(`step ${name}`)
    return name === hangingStep ? hang() : name
  },
})

if ((await engine.resumeAll()).length === 0) await engine.start({ stateMachine: 'steps', name: 'run', input: {} })
const { status, output } = await engine.ended('run')
console.log(`ended ${JSON.stringify({ status, output })}`)

/** Never answers, and keeps the process alive. */
function hang(): Promise<never> {
  setInterval(() => undefined, 60_000)
  return new Promise(() => undefined)
}
